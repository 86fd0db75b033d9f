/** Writes a few files into a tar archive in memory, the format of a build context for the Docker engine. */
import { buffer } from 'node:stream/consumers'

export interface TarFile {
  /** Relative path with forward slashes. */
  readonly name: string
  readonly content: Uint8Array
}

/** Times and owners are fixed, so that equal files give equal layers. */
export async function tar(files: readonly TarFile[]): Promise<Buffer> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  const fixed = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) }
  for (const { name, content } of files) archive.entry({ name, ...fixed }, Buffer.from(content))
  archive.finalize()
  return buffer(archive)
}
