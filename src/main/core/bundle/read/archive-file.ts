/** Opens a bundle's file for yauzl, which reads at any position; explains what is wrong if it is not a bundle. */
import { close, constants, fstat, open, read as readFile } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { fileError } from '../../files/files.ts'
import { showPath } from '../names.ts'

/** Small reads often follow each other: the central directory, or one header after another. */
const WINDOW_BYTES = 64 * 1024
const STREAM_BYTES = 256 * 1024

// Opens without blocking: opening a named pipe without a writer would never return.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

const readDescriptor = promisify(readFile)

export interface ArchiveFile {
  readonly file: string
  readonly size: number
  readonly zip: ZipFile
  /** Returns fewer bytes than requested only at the end of the file. */
  read(position: number, length: number): Promise<Buffer>
  /** Streams a part of the file. */
  stream(position: number, length: number): Readable
  close(): Promise<void>
}

/** Throws NOT_FOUND or FORBIDDEN for a file that cannot be read, INVALID for a file that is not a zip archive. */
export async function openArchive(file: string): Promise<ArchiveFile> {
  const descriptor = await promisify(open)(file, OPEN_FLAGS).catch(error => {
    throw fileError(error, t`The bundle ${file} could not be read`)
  })
  const readAt = createReading(descriptor)
  const closeFile = async () => {
    await readAt.settled()
    await promisify(close)(descriptor)
  }
  try {
    const stats = await promisify(fstat)(descriptor)
    if (!stats.isFile())
      throw invalid(file, stats.isDirectory() ? t`it is a folder` : t`it is not a regular file`)
    const stream = (position: number, length: number) => rangeStream(file, readAt, position, length)
    const read = windowed(readAt)
    const reader = new ArchiveReader({ read, stream })
    const zip = await openZip(reader, stats.size).catch(async error => {
      const head = await read(0, Math.min(512, stats.size))
      throw invalid(file, whatItIs(head) ?? sentence(error))
    })
    return { file, size: stats.size, zip, read, stream, close: closeFile }
  } catch (error) {
    await closeFile()
    throw error
  }
}

/** Reads at a position; returns fewer bytes than requested only at the end of the file. */
interface Reading {
  (position: number, length: number): Promise<Buffer>
  /** Resolves when no read is in progress; only then may the file be closed. */
  settled(): Promise<void>
}

function createReading(descriptor: number): Reading {
  const underWay = new Set<Promise<unknown>>()
  async function readAt(position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length)
    const { bytesRead } = await readDescriptor(descriptor, bytes, 0, length, position)
    return bytes.subarray(0, bytesRead)
  }
  const reading = (position: number, length: number) => {
    const result = readAt(position, length)
    underWay.add(result)
    const done = () => underWay.delete(result)
    result.then(done, done)
    return result
  }
  return Object.assign(reading, {
    async settled() {
      await Promise.allSettled(underWay)
    }
  })
}

/** Node's own streams are not used: they close the file when they are destroyed, even if they did not open it. */
function rangeStream(file: string, readAt: Reading, position: number, length: number): Readable {
  let at = position
  const end = position + length
  return new Readable({
    read() {
      const wanted = Math.min(STREAM_BYTES, end - at)
      if (wanted <= 0) {
        this.push(null)
        return
      }
      readAt(at, wanted).then(
        bytes => {
          at += bytes.length
          if (bytes.length > 0) this.push(bytes)
          else this.destroy(invalid(file, t`it became shorter while it was read`))
        },
        error => this.destroy(error)
      )
    }
  })
}

/** The error for a file that is not a usable bundle; `what` follows "cannot be used as a bundle: ". */
export function invalid(file: string, what: string, entry?: string): AppError {
  return new AppError(
    'INVALID',
    t`${basename(file)} cannot be used as a bundle: ${what}.`,
    t`Make the bundle again with \`q8s-cli bundle\`. Use bundles of others only from people you trust.`,
    { data: { file, ...(entry !== undefined && { entry }) } }
  )
}

/** The same for a fault of one entry; `problem` follows the entry's name. */
export function invalidEntry(file: string, entry: string, problem: string): AppError {
  return invalid(file, t`the entry "${showPath(entry)}" ${problem}`, entry)
}

/** yauzl's error as part of a sentence of ours. */
export function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (message.startsWith('End of central directory')) return t`it is not a zip archive, or its end is missing`
  if (message.startsWith('Invalid comment length')) return t`there are bytes after its end`
  return t`it is damaged (${message.replace(/[.\s]+$/, '')})`
}

function openZip(reader: RandomAccessReader, size: number): Promise<ZipFile> {
  const options = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: false }
  return new Promise((resolve, reject) => {
    fromRandomAccessReader(reader, size, options, (error, zip) => (error ? reject(error) : resolve(zip)))
  })
}

const SIGNATURES: readonly [name: () => string, offset: number, bytes: string][] = [
  [() => t`a gzip file, perhaps a tarball (.tar.gz)`, 0, '\x1f\x8b'],
  [() => t`a tarball (.tar)`, 257, 'ustar'],
  [() => t`a bzip2 file`, 0, 'BZh'],
  [() => t`an xz file`, 0, '\xfd7zXZ\0'],
  [() => t`a Zstandard file`, 0, '\x28\xb5\x2f\xfd'],
  [() => t`a 7-Zip archive`, 0, "7z\xbc\xaf'\x1c"],
  [() => t`a RAR archive`, 0, 'Rar!\x1a\x07'],
  [() => t`a PDF document`, 0, '%PDF-'],
  [() => t`a PNG image`, 0, '\x89PNG'],
  [() => t`a program (ELF)`, 0, '\x7fELF'],
  [() => t`a web page`, 0, '<!DOCTYPE'],
  [() => t`a web page`, 0, '<html']
]

function whatItIs(head: Buffer): string | undefined {
  if (head.length === 0) return t`it is empty`
  const text = head.toString('latin1')
  const known = SIGNATURES.find(([, offset, bytes]) => text.startsWith(bytes, offset))
  return known && t`it is ${known[0]()}, not a zip archive`
}

/** The same reads, but small reads close together come from one buffered window of the file. */
function windowed(readAt: Reading): ArchiveFile['read'] {
  let window: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) }
  return async (position, length) => {
    const start = position - window.start
    if (start >= 0 && start + length <= window.bytes.length) {
      return window.bytes.subarray(start, start + length)
    }
    const bytes = await readAt(position, Math.max(length, WINDOW_BYTES))
    window = { start: position, bytes }
    return bytes.subarray(0, length)
  }
}

/** Reads at a position of a file, or of a part of a file, in the form that yauzl needs: a class. */
export class ArchiveReader extends RandomAccessReader {
  readonly #source: Pick<ArchiveFile, 'read' | 'stream'>

  constructor(source: Pick<ArchiveFile, 'read' | 'stream'>) {
    super()
    this.#source = source
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.#source.stream(start, end - start)
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void
  ): void {
    this.#source.read(position, length).then(bytes => {
      callback(null, bytes.copy(target, offset))
    }, callback)
  }
}
