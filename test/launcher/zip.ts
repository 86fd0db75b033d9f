/** Writes zip archives byte by byte, so that tests can write invalid ones. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string | Buffer
  readonly data?: string | Buffer
  /** Unix mode with its file type, e.g. 0o100644 or 0o120777. */
  readonly mode?: number
  readonly store?: boolean
  /** False values to claim instead of the true ones. */
  readonly claim?: {
    readonly crc?: number
    readonly size?: number
    readonly flags?: number
    readonly method?: number
  }
}

export const FILE = 0o100644
export const LINK = 0o120777
export const FOLDER = 0o040755

const EPOCH = (1 << 5) | 1

export function zip(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const { local, central } = parts(entry, offset)
    bodies.push(local)
    directory.push(central)
    offset += local.length
  }
  const index = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(index.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, index, end])
}

export function zipOf(files: Readonly<Record<string, string | Buffer>>): Buffer {
  return zip(Object.entries(files).map(([name, data]) => ({ name, data, mode: FILE })))
}

function parts(entry: ZipEntry, offset: number) {
  const name = Buffer.from(entry.name as string)
  const data = Buffer.from((entry.data ?? '') as string)
  const body = entry.store ? data : deflateRawSync(data)
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(0x0800 | (entry.claim?.flags ?? 0), 2)
  fields.writeUInt16LE(entry.claim?.method ?? (entry.store ? 0 : 8), 4)
  fields.writeUInt16LE(EPOCH, 8)
  fields.writeUInt32LE(entry.claim?.crc ?? crc32(data), 10)
  fields.writeUInt32LE(body.length, 14)
  fields.writeUInt32LE(entry.claim?.size ?? data.length, 18)
  fields.writeUInt16LE(name.length, 22)
  const central = Buffer.alloc(46)
  central.writeUInt32LE(0x02014b50, 0)
  central.writeUInt16LE((3 << 8) | 20, 4)
  fields.copy(central, 6, 0, 26)
  central.writeUInt32LE(((entry.mode ?? FILE) << 16) >>> 0, 38)
  central.writeUInt32LE(offset, 42)
  const signature = Buffer.from([0x50, 0x4b, 3, 4])
  return { local: Buffer.concat([signature, fields, name, body]), central: Buffer.concat([central, name]) }
}
