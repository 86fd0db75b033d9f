/** The records at the end of a bundle: central directory, and its end with 64-bit fields where 32 or 16 do not hold. */
import { versionNeeded } from './compress-worker.js'

export interface ZipEntry {
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  /** Permission bits. */
  readonly mode: number
  readonly method: 0 | 8
  readonly crc: number
  readonly size: number
  readonly compressedSize: number
  /** Of its local header. */
  readonly offset: number
}

const UINT16_MAX = 0xffff
const UINT32_MAX = 0xffffffff
const MADE_BY_UNIX = 3 << 8
const FLAGS_UTF8 = 0x0800
const DOS_DATE = 0x0021
const TYPE_BITS = { file: 0o100000, folder: 0o040000, link: 0o120000 } as const
const DOS_FOLDER = 0x10

/** Sizes at and above this get 64-bit fields in the local header, where the compressed size is not known beforehand. */
export const ZIP64_FROM = 0xf0000000

/** All records that follow the content, which ends at `position`. */
export function* directoryRecords(entries: readonly ZipEntry[], position: number): Generator<Buffer> {
  let size = 0
  for (let start = 0; start < entries.length; start += 1024) {
    const part = Buffer.concat(entries.slice(start, start + 1024).map(centralHeader))
    size += part.length
    yield part
  }
  yield endRecords(entries.length, size, position)
}

function centralHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.path)
  const wide = [entry.size, entry.compressedSize, entry.offset].filter(value => value >= UINT32_MAX)
  const extra = wide.length > 0 ? 4 + 8 * wide.length : 0
  const needed = versionNeeded(entry.method, extra > 0 || entry.size >= ZIP64_FROM)
  const record = Buffer.alloc(46 + name.length + extra)
  record.writeUInt32LE(0x02014b50, 0)
  record.writeUInt16LE(MADE_BY_UNIX | needed, 4)
  record.writeUInt16LE(needed, 6)
  record.writeUInt16LE(FLAGS_UTF8, 8)
  record.writeUInt16LE(entry.method, 10)
  record.writeUInt16LE(DOS_DATE, 14)
  record.writeUInt32LE(entry.crc, 16)
  record.writeUInt32LE(Math.min(entry.compressedSize, UINT32_MAX), 20)
  record.writeUInt32LE(Math.min(entry.size, UINT32_MAX), 24)
  record.writeUInt16LE(name.length, 28)
  record.writeUInt16LE(extra, 30)
  const type = (TYPE_BITS[entry.kind] | entry.mode) << 16
  record.writeUInt32LE((type | (entry.kind === 'folder' ? DOS_FOLDER : 0)) >>> 0, 38)
  record.writeUInt32LE(Math.min(entry.offset, UINT32_MAX), 42)
  record.set(name, 46)
  if (extra > 0) {
    record.writeUInt16LE(0x0001, 46 + name.length)
    record.writeUInt16LE(extra - 4, 48 + name.length)
    wide.forEach((value, index) => {
      record.writeBigUInt64LE(BigInt(value), 50 + name.length + 8 * index)
    })
  }
  return record
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
