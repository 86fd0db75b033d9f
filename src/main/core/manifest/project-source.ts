/** The input of the checks: a manifest's text and the files of its project. */

/** Size limit of files the rules read: manifests, icons, requirements, modules. */
export const MAX_CHECKED_BYTES = 16 * 1024 * 1024

/** A project as the rules see it: from a folder, a bundle or an import. */
export interface ProjectSource {
  /** The manifest's path, forward slashes: `q-app.toml`. */
  readonly file: string
  readonly text: Uint8Array | string
  /** The files that go into the bundle, forward slashes, no folders. */
  readonly paths: ReadonlySet<string>
  /** Bytes of one of `paths`. */
  read(path: string): Promise<Uint8Array>
  /** Its size in bytes, if known. */
  size?(path: string): number | undefined
}
