/** The records at the end of a bundle: central directory and end record, with 64-bit fields where values need them. */
import { versionNeeded } from '../../workers/compress-worker.js'

export interface ZipEntry {
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  /** Permission bits. */
  readonly mode: number
  readonly method: 0 | 8
  readonly crc: number
  readonly size: number
  readonly compressedSize: number
  /** Position of its local header. */
  readonly offset: number
}

/** An entry as written; the values below describe its raw bytes, including the local header. */
export interface WrittenEntry extends ZipEntry {
  /** Bytes. */
  readonly length: number
  /** CRC-32 of those bytes. */
  readonly rawCrc: number
}

/** The bytes of an entry in the last bundle, including the local header. */
export type KeptEntry = Omit<WrittenEntry, 'kind' | 'mode'>

const UINT16_MAX = 0xffff
const UINT32_MAX = 0xffffffff
const MADE_BY_UNIX = 3 << 8
const FLAGS_UTF8 = 0x0800
const DOS_DATE = 0x0021
const TYPE_BITS = { file: 0o100000, folder: 0o040000, link: 0o120000 } as const
const DOS_FOLDER = 0x10
const CENTRAL_BYTES = 46
/** Size with all 64-bit fields. */
const CENTRAL_MOST = CENTRAL_BYTES + 28
const RECORDS_AT_ONCE = 1024

/**
 * Files from this size get 64-bit fields in the local header, because their compressed size is not known in advance.
 */
export const ZIP64_FROM = 0xf0000000

/** All records after the content, which ends at `position`. */
export function* directoryRecords(entries: readonly ZipEntry[], position: number): Generator<Uint8Array> {
  let size = 0
  for (let start = 0; start < entries.length; start += RECORDS_AT_ONCE) {
    const part = centralHeaders(entries.slice(start, start + RECORDS_AT_ONCE))
    size += part.length
    yield part
  }
  yield endRecords(entries.length, size, position)
}

function centralHeaders(entries: readonly ZipEntry[]): Buffer {
  const names = entries.map(({ path }) => Buffer.byteLength(path))
  const records = Buffer.alloc(names.reduce((sum, length) => sum + length + CENTRAL_MOST, 0))
  let at = 0
  for (const [index, entry] of entries.entries())
    at = writeCentralHeader(records, at, entry, names[index] ?? 0)
  return records.subarray(0, at)
}

/** Returns the end position. The buffer must be filled with zeros. */
function writeCentralHeader(records: Buffer, at: number, entry: ZipEntry, nameLength: number): number {
  const wide = [entry.size, entry.compressedSize, entry.offset].filter(value => value >= UINT32_MAX)
  const extra = wide.length > 0 ? 4 + 8 * wide.length : 0
  const needed = versionNeeded(entry.method, extra > 0 || entry.size >= ZIP64_FROM)
  const type = (TYPE_BITS[entry.kind] | entry.mode) << 16
  records.writeUInt32LE(0x02014b50, at)
  records.writeUInt16LE(MADE_BY_UNIX | needed, at + 4)
  records.writeUInt16LE(needed, at + 6)
  records.writeUInt16LE(FLAGS_UTF8, at + 8)
  records.writeUInt16LE(entry.method, at + 10)
  records.writeUInt16LE(DOS_DATE, at + 14)
  records.writeUInt32LE(entry.crc, at + 16)
  records.writeUInt32LE(Math.min(entry.compressedSize, UINT32_MAX), at + 20)
  records.writeUInt32LE(Math.min(entry.size, UINT32_MAX), at + 24)
  records.writeUInt16LE(nameLength, at + 28)
  records.writeUInt16LE(extra, at + 30)
  records.writeUInt32LE((type | (entry.kind === 'folder' ? DOS_FOLDER : 0)) >>> 0, at + 38)
  records.writeUInt32LE(Math.min(entry.offset, UINT32_MAX), at + 42)
  let end = at + CENTRAL_BYTES + records.write(entry.path, at + CENTRAL_BYTES)
  if (extra === 0) return end
  records.writeUInt16LE(0x0001, end)
  records.writeUInt16LE(extra - 4, end + 2)
  end += 4
  for (const value of wide) end = records.writeBigUInt64LE(BigInt(value), end)
  return end
}

function endRecords(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(count, UINT16_MAX), 8)
  end.writeUInt16LE(Math.min(count, UINT16_MAX), 10)
  end.writeUInt32LE(Math.min(size, UINT32_MAX), 12)
  end.writeUInt32LE(Math.min(offset, UINT32_MAX), 16)
  if (count < UINT16_MAX && size < UINT32_MAX && offset < UINT32_MAX) return end
  const wide = Buffer.alloc(56)
  wide.writeUInt32LE(0x06064b50, 0)
  wide.writeBigUInt64LE(44n, 4)
  wide.writeUInt16LE(MADE_BY_UNIX | 45, 12)
  wide.writeUInt16LE(45, 14)
  wide.writeBigUInt64LE(BigInt(count), 24)
  wide.writeBigUInt64LE(BigInt(count), 32)
  wide.writeBigUInt64LE(BigInt(size), 40)
  wide.writeBigUInt64LE(BigInt(offset), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(offset + size), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([wide, locator, end])
}
