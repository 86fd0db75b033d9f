/** A bundle's file under yauzl: opened for random access, told apart from what is no bundle, its frame checked. */
import { close, constants, createReadStream, fstat, open, read } from 'node:fs'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl'
import { AppError } from '#shared/errors.ts'
import { fileError } from '../files.ts'
import { showPath } from './names.ts'

/** Small reads come in rows: of the central directory, of one header after the other. */
const WINDOW_BYTES = 64 * 1024

// Not waited for: a named pipe without a writer would take for ever.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

export interface ArchiveFile {
  readonly file: string
  readonly size: number
  readonly zip: ZipFile
  /** Fewer bytes than asked only at the end of the file. */
  read(position: number, length: number): Promise<Buffer>
  /** A part of the file. */
  stream(position: number, length: number): Readable
  close(): Promise<void>
}

/** Throws NOT_FOUND or FORBIDDEN for a file that cannot be read, INVALID for one that is no zip archive. */
export async function openArchive(file: string): Promise<ArchiveFile> {
  const descriptor = await promisify(open)(file, OPEN_FLAGS).catch(error => {
    throw fileError(error, `The bundle ${file} could not be read`)
  })
  const closeFile = () => promisify(close)(descriptor)
  try {
    const stats = await promisify(fstat)(descriptor)
    if (!stats.isFile())
      throw invalid(file, stats.isDirectory() ? 'it is a folder' : 'it is not a regular file')
    const reader = new WindowReader(descriptor)
    const zip = await openZip(reader, stats.size).catch(async error => {
      const head = await reader.take(0, Math.min(512, stats.size))
      throw invalid(file, whatItIs(head) ?? sentence(error))
    })
    return {
      file,
      size: stats.size,
      zip,
      read: (position, length) => reader.take(position, length),
      stream: (position, length) => reader._readStreamForRange(position, position + length),
      close: closeFile
    }
  } catch (error) {
    await closeFile()
    throw error
  }
}

/** The error for a file that is no usable bundle; `what` goes after "cannot be used: ". */
export function invalid(file: string, what: string, entry?: string): AppError {
  return new AppError(
    'INVALID',
    `${basename(file)} cannot be used as a bundle: ${what}.`,
    'Make the bundle anew with `q8s-cli bundle`. Use others only from people you trust.',
    { data: { file, ...(entry !== undefined && { entry }) } }
  )
}

/** The same for a fault of one entry; `problem` goes after the entry's name. */
export function invalidEntry(file: string, entry: string, problem: string): AppError {
  return invalid(file, `the entry "${showPath(entry)}" ${problem}`, entry)
}

/** yauzl's words for what is wrong, as part of a sentence of ours. */
export function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  if (message.startsWith('End of central directory')) return 'it is no zip archive, or its end is missing'
  return `it is damaged (${message.replace(/[.\s]+$/, '')})`
}

function openZip(reader: RandomAccessReader, size: number): Promise<ZipFile> {
  const options = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: false }
  return new Promise((resolve, reject) => {
    fromRandomAccessReader(reader, size, options, (error, zip) => (error ? reject(error) : resolve(zip)))
  })
}

const SIGNATURES: readonly [name: string, offset: number, bytes: string][] = [
  ['a gzip file, perhaps a tarball (.tar.gz)', 0, '\x1f\x8b'],
  ['a tarball (.tar)', 257, 'ustar'],
  ['a bzip2 file', 0, 'BZh'],
  ['an xz file', 0, '\xfd7zXZ\0'],
  ['a Zstandard file', 0, '\x28\xb5\x2f\xfd'],
  ['a 7-Zip archive', 0, "7z\xbc\xaf'\x1c"],
  ['a RAR archive', 0, 'Rar!\x1a\x07'],
  ['a PDF document', 0, '%PDF-'],
  ['a PNG image', 0, '\x89PNG'],
  ['a program (ELF)', 0, '\x7fELF'],
  ['a web page', 0, '<!DOCTYPE'],
  ['a web page', 0, '<html']
]

function whatItIs(head: Buffer): string | undefined {
  if (head.length === 0) return 'it is empty'
  const text = head.toString('latin1')
  const known = SIGNATURES.find(([, offset, bytes]) => text.startsWith(bytes, offset))
  return known && `it is ${known[0]}, not a zip archive`
}

/** A class because yauzl asks for one. */
class WindowReader extends RandomAccessReader {
  readonly #descriptor: number
  #window: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) }

  constructor(descriptor: number) {
    super()
    this.#descriptor = descriptor
  }

  override _readStreamForRange(start: number, end: number): Readable {
    // An empty range cannot be said to createReadStream, whose end is inclusive.
    if (start >= end) return Readable.from([])
    return createReadStream('', { fd: this.#descriptor, autoClose: false, start, end: end - 1 })
  }

  override read(
    target: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void
  ): void {
    this.take(position, length).then(bytes => {
      callback(null, bytes.copy(target, offset))
    }, callback)
  }

  async take(position: number, length: number): Promise<Buffer> {
    const start = position - this.#window.start
    if (start >= 0 && start + length <= this.#window.bytes.length) {
      return this.#window.bytes.subarray(start, start + length)
    }
    const bytes = Buffer.allocUnsafe(Math.max(length, WINDOW_BYTES))
    const { bytesRead } = await promisify(read)(this.#descriptor, bytes, 0, bytes.length, position)
    this.#window = { start: position, bytes: bytes.subarray(0, bytesRead) }
    return this.#window.bytes.subarray(0, Math.min(length, bytesRead))
  }
}
