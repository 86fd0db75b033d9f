/**
 * Checksums of the database file's pages after the last checkpoint. SQLite has none of its own, so it would not notice
 * a flipped bit in a record. Later commits are in the write-ahead log, whose frames SQLite checks itself.
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { crc32 } from 'node:zlib'
import type { Database as Connection } from 'libsql'
import { replaceFileSync } from './mark.ts'

/** Sums of the file alone, without the write-ahead log. */
export interface PageSums {
  /** The number of the last change in it. */
  readonly changes: number
  /** CRC-32 of each page, in order. */
  readonly pages: Uint32Array
}

const HEAD_BYTES = 16
const MAGIC = 0x71_38_73_31

export function sumsFile(database: string): string {
  return `${database}-sums`
}

/** `damaged` if the file exists but holds no sums. */
export function readSums(database: string): PageSums | 'damaged' | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(sumsFile(database))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  if (bytes.length < HEAD_BYTES || bytes.length % 4 !== 0) return 'damaged'
  if (bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt32LE(4) !== crc32(bytes.subarray(8))) return 'damaged'
  const pages = new Uint32Array((bytes.length - HEAD_BYTES) / 4)
  for (let page = 0; page < pages.length; page++) pages[page] = bytes.readUInt32LE(HEAD_BYTES + page * 4)
  return { changes: Number(bytes.readBigUInt64LE(8)), pages }
}

/** Call this while no process can change the file: under the write lock, with an empty write-ahead log. */
export function writeSums(database: string, { changes, pages }: PageSums): void {
  const bytes = Buffer.alloc(HEAD_BYTES + pages.length * 4)
  bytes.writeBigUInt64LE(BigInt(changes), 8)
  for (const [index, sum] of pages.entries()) bytes.writeUInt32LE(sum, HEAD_BYTES + index * 4)
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
  bytes.writeUInt32LE(MAGIC, 0)
  replaceFileSync(sumsFile(database), bytes)
}

/**
 * Reads the pages through SQLite: opening and closing the file separately would release the locks this process holds on
 * it. `immutable` leaves the write-ahead log out.
 */
export function sumPages(database: string, open: (url: string) => Connection): PageSums {
  const connection = open(`${pathToFileURL(database).href}?immutable=1`)
  try {
    const sums: number[] = []
    const rows = connection.prepare('SELECT data FROM sqlite_dbpage ORDER BY pgno').iterate()
    for (const { data } of rows as Iterable<{ data: ArrayBuffer }>) sums.push(crc32(new Uint8Array(data)))
    return { changes: changesIn(connection) ?? 0, pages: Uint32Array.from(sums) }
  } finally {
    connection.close()
  }
}

/** The number of the last change. Undefined if the database does not count changes yet. */
export function changesIn(connection: Connection): number | undefined {
  const counts = connection.prepare(`SELECT 1 AS there FROM sqlite_schema WHERE name = 'changes'`).get()
  if (!counts) return undefined
  return (connection.prepare('SELECT n FROM changes').get() as { n: number } | undefined)?.n
}

/**
 * Numbers of the pages that differ from what the last checkpoint wrote, starting at 1. Pages in the write-ahead log are
 * ignored: it holds newer ones, and a checkpoint that was killed may have copied some. Undefined if a checkpoint came
 * after the sums, because nothing can be said then.
 */
export function changedPages(database: string, then: PageSums, now: PageSums): number[] | undefined {
  if (now.changes > then.changes) return undefined
  const inLog = pagesInLog(database)
  const changed: number[] = []
  for (let page = 1; page <= Math.max(then.pages.length, now.pages.length); page++) {
    if (then.pages[page - 1] !== now.pages[page - 1] && !inLog.has(page)) changed.push(page)
  }
  return changed
}

export function logBytes(database: string): number {
  return statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

const LOG_HEAD = 32
const FRAME_HEAD = 24

/** The pages of the frames in the log's current round: their salts match those in its header. */
function pagesInLog(database: string): ReadonlySet<number> {
  const pages = new Set<number>()
  if (logBytes(database) < LOG_HEAD) return pages
  const log = openSync(`${database}-wal`, 'r')
  try {
    const head = Buffer.alloc(LOG_HEAD)
    readSync(log, head, 0, LOG_HEAD, 0)
    const size = FRAME_HEAD + head.readUInt32BE(8)
    const frame = Buffer.alloc(FRAME_HEAD)
    for (let at = LOG_HEAD; readSync(log, frame, 0, FRAME_HEAD, at) === FRAME_HEAD; at += size) {
      if (!frame.subarray(8, 16).equals(head.subarray(16, 24))) break
      pages.add(frame.readUInt32BE(0))
    }
    return pages
  } finally {
    closeSync(log)
  }
}
