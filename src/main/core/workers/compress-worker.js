/**
 * Reads and compresses files of a bundle, on a worker thread or in process. Plain JavaScript, because a Node 20 worker
 * cannot load TypeScript source. It is synchronous because that is twice as fast here.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { crc32, deflateRawSync, constants as zlib } from 'node:zlib'
import { serveTasks, throwIfStopped } from './serve.js'

/**
 * @typedef {object} FileSource
 * @property {string} file Absolute path.
 * @property {number} size Bytes when it was listed; it must still have this size, `mtimeMs` and `inode`.
 * @property {number} mtimeMs
 * @property {number} inode
 *
 * @typedef {object} EntryTask A whole entry: header and content.
 * @property {string} path Name in the bundle.
 * @property {FileSource | Uint8Array} source
 * @property {boolean} store Do not try to compress it.
 *
 * @typedef {object} ChunkTask A part of a large file, compressed so that the parts joined are one deflate stream.
 * @property {FileSource} source
 * @property {boolean} store
 * @property {number} offset Byte of the file at which the part begins.
 * @property {number} length Bytes.
 *
 * @typedef {{ entries: readonly EntryTask[] } | { chunk: ChunkTask }} Task
 *
 * @typedef {object} EntryResult
 * @property {0 | 8} method Stored or deflated.
 * @property {number} crc
 * @property {number} size
 * @property {number} compressedSize
 * @property {number} length Bytes in `data`, header included.
 * @property {number} rawCrc CRC-32 of those bytes.
 *
 * @typedef {object} EntriesResult
 * @property {Uint8Array} data Local headers and contents, ready to be written.
 * @property {EntryResult[]} entries
 *
 * @typedef {object} ChunkResult
 * @property {Uint8Array} data
 * @property {number} crc Of the content.
 * @property {number} packedCrc Of `data`.
 *
 * @typedef {{ file: string, changed: true } | { file: string, changed: false, code: string, message: string }} Failure
 */

const LEVEL = 6
/** The window of deflate; a part of a large file gets as much of the preceding content as a dictionary. */
const WINDOW = 32 * 1024
/** If a sample shrinks less than this, its data is already compressed. */
const SAMPLE = 8 * 1024
const SAMPLE_GAIN = 0.97
const SAMPLE_FROM = 32 * 1024

// Does not follow links or block: a file may have been replaced by a link or a pipe since it was listed.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Error codes if a link, a folder or nothing is in the file's place. */
const REPLACED = new Set(['ELOOP', 'EISDIR', 'ENOTDIR', 'ENOENT', 'ENXIO'])

const LOCAL_SIGNATURE = 0x04034b50
const FLAGS_UTF8 = 0x0800
const DOS_DATE = 0x0021
const UINT32_MAX = 0xffffffff

/**
 * The header before an entry's content. Its date is always 1980-01-01 00:00:00.
 * @param {Uint8Array} name
 * @param {{ method: 0 | 8, crc: number, size: number, compressedSize: number }} entry
 * @param {boolean} zip64 Whether sizes have 64 bits.
 * @returns {Buffer}
 */
export function localHeader(name, { method, crc, size, compressedSize }, zip64 = false) {
  const header = Buffer.alloc(30 + name.length + (zip64 ? 20 : 0))
  header.writeUInt32LE(LOCAL_SIGNATURE, 0)
  header.writeUInt16LE(versionNeeded(method, zip64), 4)
  header.writeUInt16LE(FLAGS_UTF8, 6)
  header.writeUInt16LE(method, 8)
  header.writeUInt16LE(DOS_DATE, 12)
  header.writeUInt32LE(crc, 14)
  header.writeUInt32LE(zip64 ? UINT32_MAX : compressedSize, 18)
  header.writeUInt32LE(zip64 ? UINT32_MAX : size, 22)
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(zip64 ? 20 : 0, 28)
  header.set(name, 30)
  if (zip64) {
    const extra = 30 + name.length
    header.writeUInt16LE(0x0001, extra)
    header.writeUInt16LE(16, extra + 2)
    header.writeBigUInt64LE(BigInt(size), extra + 4)
    header.writeBigUInt64LE(BigInt(compressedSize), extra + 12)
  }
  return header
}

/**
 * @param {0 | 8} method
 * @param {boolean} zip64
 */
export function versionNeeded(method, zip64) {
  return zip64 ? 45 : method === 8 ? 20 : 10
}

/**
 * @param {readonly EntryTask[]} tasks
 * @returns {EntriesResult}
 */
export function compressEntries(tasks) {
  /** @type {Uint8Array[]} */
  const parts = []
  /** @type {EntryResult[]} */
  const entries = []
  let total = 0
  for (const task of tasks) {
    throwIfStopped()
    const content =
      task.source instanceof Uint8Array ? task.source : readPart(task.source, 0, task.source.size)
    const { method, data } = pack(content, task.store)
    const sizes = { method, crc: crc32(content), size: content.length, compressedSize: data.length }
    const header = localHeader(Buffer.from(task.path), sizes)
    const length = header.length + data.length
    parts.push(header, data)
    entries.push({ ...sizes, length, rawCrc: crc32(data, crc32(header)) })
    total += length
  }
  return { data: join(parts, total), entries }
}

/**
 * @param {Uint8Array} content
 * @param {boolean} store
 * @returns {{ method: 0 | 8, data: Uint8Array }}
 */
function pack(content, store) {
  if (store || content.length === 0 || looksCompressed(content)) return { method: 0, data: content }
  const data = deflateRawSync(content, { level: LEVEL, chunkSize: bound(content.length) })
  return data.length < content.length ? { method: 8, data } : { method: 0, data: content }
}

/**
 * @param {ChunkTask} task
 * @returns {ChunkResult}
 */
export function compressChunk({ source, store, offset, length }) {
  const before = store ? 0 : Math.min(offset, WINDOW)
  const bytes = readPart(source, offset - before, before + length)
  const content = bytes.subarray(before)
  const crc = crc32(content)
  if (store) return { data: content, crc, packedCrc: crc }
  const last = offset + length === source.size
  const data = deflateRawSync(content, {
    level: looksCompressed(content) ? 0 : LEVEL,
    chunkSize: bound(length),
    finishFlush: last ? zlib.Z_FINISH : zlib.Z_SYNC_FLUSH,
    ...(before > 0 && { dictionary: bytes.subarray(0, before) })
  })
  return { data: join([data], data.length), crc, packedCrc: crc32(data) }
}

/**
 * The most bytes that deflate makes from this many, so that its result is one piece.
 * @param {number} length
 */
function bound(length) {
  return Math.max(128, length + (length >> 10) + 64)
}

/** @param {Uint8Array} content */
function looksCompressed(content) {
  if (content.length < SAMPLE_FROM) return false
  const start = (content.length - SAMPLE) >> 1
  const sample = content.subarray(start, start + SAMPLE)
  return deflateRawSync(sample, { level: 1, chunkSize: bound(SAMPLE) }).length > SAMPLE * SAMPLE_GAIN
}

/**
 * Reads a part of a file, and checks that the file is still the one that was listed.
 * @param {FileSource} source
 * @param {number} position
 * @param {number} length
 */
function readPart(source, position, length) {
  const bytes = new Uint8Array(length)
  let descriptor = -1
  try {
    descriptor = openSync(source.file, OPEN_FLAGS)
    let filled = 0
    while (filled < length) {
      const count = readSync(descriptor, bytes, filled, length - filled, position + filled)
      if (count === 0) throw new ReadError({ file: source.file, changed: true })
      filled += count
    }
    const { size, mtimeMs, ino } = fstatSync(descriptor)
    if (size === source.size && mtimeMs === source.mtimeMs && ino === source.inode) return bytes
    throw new ReadError({ file: source.file, changed: true })
  } catch (error) {
    throw readError(source.file, error)
  } finally {
    if (descriptor !== -1) closeSync(descriptor)
  }
}

class ReadError extends Error {
  /** @param {Failure} failure */
  constructor(failure) {
    super(failure.file)
    this.failure = failure
  }
}

/**
 * @param {string} file
 * @param {unknown} error
 */
function readError(file, error) {
  if (error instanceof ReadError) return error
  const { code = '', message } = /** @type {NodeJS.ErrnoException} */ (error)
  if (REPLACED.has(code)) return new ReadError({ file, changed: true })
  return new ReadError({ file, changed: false, code, message })
}

/**
 * @param {readonly Uint8Array[]} parts
 * @param {number} total
 */
function join(parts, total) {
  // A separate buffer, so that it can be transferred to another thread.
  const joined = new Uint8Array(total)
  let position = 0
  for (const part of parts) {
    joined.set(part, position)
    position += part.length
  }
  return joined
}

/**
 * @param {Task} task
 * @returns {EntriesResult | ChunkResult | { failure: Failure }}
 */
export function perform(task) {
  try {
    return 'chunk' in task ? compressChunk(task.chunk) : compressEntries(task.entries)
  } catch (error) {
    if (error instanceof ReadError) return { failure: error.failure }
    throw error
  }
}

serveTasks('compress', perform, result =>
  'data' in result ? [/** @type {ArrayBuffer} */ (result.data.buffer)] : []
)
