/** Reads a tar archive as it comes, entry by entry: the form in which the Docker engine gives files and images. */
import { Readable } from 'node:stream'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

export interface TarEntry {
  /** As it is in the archive; anything. */
  readonly name: string
  readonly kind: 'folder' | 'file' | 'link' | 'other'
  /** Bytes of its content. */
  readonly size: number
  /** Permission bits. */
  readonly mode: number
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Where a link leads; of a file that is a second name of another, that one's. */
  readonly target: string
  /** To be read before the next entry is asked for, if at all; who stops within it gets no further entry. */
  readonly content: AsyncIterable<Uint8Array>
}

/** Ends after the last entry. INVALID where that is no tar archive, or it breaks off. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, void> {
  const { extract } = await import('tar-stream')
  const archive = extract()
  const input = Readable.from(source)
  // What breaks the source is no fault of the archive.
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
