/** Reads a tar archive as a stream, entry by entry. The Docker engine sends files and images in this format. */
import { Readable } from 'node:stream'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

export interface TarEntry {
  /** The name in the archive, which is not checked. */
  readonly name: string
  readonly kind: 'folder' | 'file' | 'link' | 'other'
  /** Bytes of its content. */
  readonly size: number
  /** Permission bits. */
  readonly mode: number
  /** Milliseconds since 1970. */
  readonly modified: number
  /** The target of a link. For a second name (hard link) of a file, the name of that file. */
  readonly target: string
  /** Read it before requesting the next entry, or not at all. If reading stops inside it, no further entries come. */
  readonly content: AsyncIterable<Uint8Array>
}

/** Ends after the last entry. INVALID if it is not a tar archive, or breaks off. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, void> {
  const { extract } = await import('tar-stream')
  const archive = extract()
  const input = Readable.from(source)
  // An error of the source is not an error of the archive.
  let broken: unknown
  input.on('error', error => {
    broken = error
    archive.destroy(error)
  })
  input.pipe(archive)
  try {
    for await (const entry of archive) {
      const { name, type, size = 0, mode = 0o600, mtime, linkname } = entry.header
      const modified = mtime?.getTime() ?? 0
      const content = entry as AsyncIterable<Uint8Array>
      yield { name, kind: kindOf(type), size, mode: mode & 0o777, modified, target: linkname ?? '', content }
      entry.resume()
    }
  } catch (cause) {
    throw broken ?? noTar(cause)
  } finally {
    input.destroy()
  }
}

function kindOf(type: string | null | undefined): TarEntry['kind'] {
  switch (type) {
    case 'directory':
      return 'folder'
    case 'symlink':
      return 'link'
    case 'file':
    case 'contiguous-file':
    case 'link':
      return 'file'
    default:
      return 'other'
  }
}

function noTar(cause: unknown): AppError {
  return new AppError('INVALID', t`That is not a tar archive, or only part of one.`, t`Get it again.`, {
    cause
  })
}
