/** Writes a few files as a tar archive in memory: the form in which the Docker engine takes a build context. */
import { buffer } from 'node:stream/consumers'

export interface TarFile {
  /** Relative, forward slashes. */
  readonly name: string
  readonly content: Uint8Array
}

/** With fixed times and owners, so that equal files give equal layers. */
export async function tar(files: readonly TarFile[]): Promise<Buffer> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  const fixed = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) }
  for (const { name, content } of files) archive.entry({ name, ...fixed }, Buffer.from(content))
  archive.finalize()
  return buffer(archive)
}
