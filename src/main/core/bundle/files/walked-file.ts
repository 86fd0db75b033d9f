/** A file, folder or link of a project, included in its bundle or not. */
import type { FileReason } from '#shared/file-reason.ts'
import type { Finding } from '#shared/finding.ts'

export interface WalkedFile {
  /** Relative to the project, forward slashes; folders end in "/". */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  /** Bytes; 0 for folders and links. */
  readonly size: number
  readonly included: boolean
  readonly reason: FileReason
  /** True if an ignore file excludes it. */
  readonly isIgnored?: boolean | undefined
  /** Permission bits in the bundle: 0o644 or 0o755. */
  readonly mode: number
  /** The target of a link, with forward slashes. */
  readonly target?: string
  /**
   * Identify the content on disk: times in milliseconds since the epoch (with fractions), and the inode. 0 for folders.
   */
  readonly mtimeMs: number
  readonly ctimeMs: number
  readonly inode: number
  /** A problem with the file. An error means that no bundle can be made until it is fixed. */
  readonly finding?: Finding
}
