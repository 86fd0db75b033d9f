/** Builds archives byte by byte, valid ones and malformed ones. */
import { crc32, deflateRawSync } from 'node:zlib'
import { MANIFEST } from './project.ts'

export interface RawEntry {
  readonly name: string | Uint8Array
  readonly content?: string | Uint8Array
  readonly method?: number
  /** Unix mode with the bits of the file type. */
  readonly mode?: number
  readonly flags?: number
  /** Values claimed in both headers, if not the true ones. */
  readonly crc?: number
  readonly size?: number
  readonly compressedSize?: number
  readonly extra?: Uint8Array
  /** Bytes written to the file instead of those of `content`. */
  readonly raw?: Uint8Array
  /** Values claimed in the local header only. */
  readonly local?: Partial<Pick<RawEntry, 'name' | 'flags' | 'method' | 'crc' | 'size' | 'compressedSize'>>
  /** Offset in the central directory, if not the true one. */
  readonly offset?: number
  /** Only in the central directory: the entry itself is not written. */
  readonly unwritten?: boolean
  /** Bytes between this entry and the next. */
  readonly after?: Uint8Array
}

export interface ArchiveOptions {
  readonly prefix?: Uint8Array
  readonly suffix?: Uint8Array
  /** Number of entries claimed in the end record. */
  readonly count?: number
  /** Added to the claimed offset and size of the directory. */
  readonly offsetBy?: number
  readonly sizeBy?: number
  readonly beforeDirectory?: Uint8Array
}

const UTF8 = 0x0800
const FILE = 0o100644

export function buildZip(entries: readonly RawEntry[], options: ArchiveOptions = {}): Buffer {
  const parts: Uint8Array[] = [options.prefix ?? new Uint8Array()]
  const directory: Buffer[] = []
  const position = () => parts.reduce((sum, part) => sum + part.length, 0)
  for (const entry of entries) {
    const facts = factsOf(entry)
    const offset = entry.offset ?? position()
    const local = { ...facts, ...entry.local, name: Buffer.from(entry.local?.name ?? facts.name) }
    const after = entry.after ?? new Uint8Array()
    if (!entry.unwritten) parts.push(header(local, undefined), local.name, facts.extra, facts.data, after)
    directory.push(Buffer.concat([header(facts, offset, entry.mode ?? FILE), facts.name, facts.extra]))
  }
  parts.push(options.beforeDirectory ?? new Uint8Array())
  const start = position()
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(options.count ?? entries.length, 8)
  end.writeUInt16LE(options.count ?? entries.length, 10)
  end.writeUInt32LE(list.length + (options.sizeBy ?? 0), 12)
  end.writeUInt32LE(start + (options.offsetBy ?? 0), 16)
  return Buffer.concat([...parts, list, end, options.suffix ?? new Uint8Array()])
}

interface Facts {
  readonly name: Buffer
  readonly extra: Uint8Array
  readonly data: Uint8Array
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly size: number
  readonly compressedSize: number
}

function factsOf(entry: RawEntry): Facts {
  const content = Buffer.from(entry.content ?? '')
  const method = entry.method ?? 8
  const data = entry.raw ?? (method === 8 ? deflateRawSync(content) : content)
  return {
    name: Buffer.from(entry.name as string),
    extra: entry.extra ?? new Uint8Array(),
    data,
    flags: entry.flags ?? UTF8,
    method,
    crc: entry.crc ?? crc32(content),
    size: entry.size ?? content.length,
    compressedSize: entry.compressedSize ?? data.length
  }
}

/** A local header, or one of the central directory if there is an offset. */
function header(facts: Facts, offset: number | undefined, mode = FILE): Buffer {
  const central = offset !== undefined
  const bytes = Buffer.alloc(central ? 46 : 30)
  const at = central ? 6 : 4
  bytes.writeUInt32LE(central ? 0x02014b50 : 0x04034b50, 0)
  if (central) bytes.writeUInt16LE((3 << 8) | 20, 4)
  bytes.writeUInt16LE(20, at)
  bytes.writeUInt16LE(facts.flags, at + 2)
  bytes.writeUInt16LE(facts.method, at + 4)
  bytes.writeUInt16LE(0x21, at + 8)
  bytes.writeUInt32LE(facts.crc, at + 10)
  bytes.writeUInt32LE(facts.compressedSize, at + 14)
  bytes.writeUInt32LE(facts.size, at + 18)
  bytes.writeUInt16LE(facts.name.length, at + 22)
  bytes.writeUInt16LE(facts.extra.length, at + 24)
  if (central) {
    bytes.writeUInt32LE((mode << 16) >>> 0, 38)
    bytes.writeUInt32LE(offset, 42)
  }
  return bytes
}

/** The entry that makes an archive a bundle, placed before the entries under test. */
export const MANIFEST_ENTRY: RawEntry = { name: 'q-app.toml', content: MANIFEST }

export function buildBundle(entries: readonly RawEntry[], options: ArchiveOptions = {}): Buffer {
  return buildZip([MANIFEST_ENTRY, ...entries], options)
}
