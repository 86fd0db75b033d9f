/**
 * The segment files of a run folder's log: lists them and finds where lines begin. The app can write there too, so
 * files that no launcher can have made are ignored, and every read is limited.
 */
import { type FileHandle, lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openPlain } from '../files/files.ts'

/** `first`: the number of the segment's first line, counted over the whole log from 0. */
export interface Segment {
  readonly first: number
  readonly path: string
}

export const NEWLINE = 10
const CHUNK = 256 * 1024
/** Far more than a launcher writes: it cuts lines at 64 KiB, and keeps some dozens of segments of 8 MiB. */
export const LONGEST_LINE = 8 * 1024 * 1024
const LARGEST_SEGMENT = 512 * 1024 * 1024
const MOST_SEGMENTS = 10_000

/** All segments in order; empty until the launcher has written something. */
export async function listSegments(logFolder: string): Promise<Segment[]> {
  // An app could have replaced the folder by a link to another user's folder.
  if (!(await lstat(logFolder).catch(() => undefined))?.isDirectory()) return []
  const entries = await readdir(logFolder, { withFileTypes: true }).catch(error => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  return entries
    .filter(entry => entry.isFile() && /^\d{12,15}\.log$/.test(entry.name))
    .map(({ name }) => ({ first: Number.parseInt(name, 10), path: join(logFolder, name) }))
    .sort((a, b) => a.first - b.first)
    .slice(-MOST_SEGMENTS)
}

/** Undefined if rotation has removed it. */
export function openSegment({ path }: Segment): Promise<FileHandle | undefined> {
  return openPlain(path)
}

/** Bytes of all segments after this one. */
export async function bytesAfter(segments: readonly Segment[], { first }: Segment): Promise<number> {
  const after = segments.filter(segment => segment.first > first)
  const sizes = await Promise.all(
    after.map(({ path }) =>
      stat(path).then(
        ({ size }) => size,
        () => 0
      )
    )
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

export interface LineStart {
  readonly offset: number
  /** Number of lines before it in the segment. */
  readonly lines: number
}

/** The first line start for which `enough` is true, else the end of the last whole line. */
export async function findLineStart(
  file: FileHandle,
  enough: (start: LineStart) => boolean
): Promise<LineStart> {
  const buffer = Buffer.allocUnsafe(CHUNK)
  let start: LineStart = { offset: 0, lines: 0 }
  for (let position = 0; position < LARGEST_SEGMENT && !enough(start); ) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, position)
    if (bytesRead === 0) return start
    const chunk = buffer.subarray(0, bytesRead)
    for (let at = chunk.indexOf(NEWLINE); at >= 0 && !enough(start); at = chunk.indexOf(NEWLINE, at + 1)) {
      start = { offset: position + at + 1, lines: start.lines + 1 }
    }
    position += bytesRead
  }
  return start
}

/**
 * Whole lines from `offset` on: as many as fit into `maxBytes`, but at least one; undefined if there is none. The bytes
 * end with a newline.
 */
export async function readWholeLines(
  file: FileHandle,
  offset: number,
  maxBytes: number
): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  for (let position = offset, size = maxBytes; ; size = CHUNK) {
    const buffer = Buffer.allocUnsafe(size)
    const { bytesRead } = await file.read(buffer, 0, size, position)
    if (bytesRead === 0) return undefined
    const chunk = buffer.subarray(0, bytesRead)
    // The first piece is cut at its last newline. If it has none, reading continues to the first newline.
    const end = parts.length === 0 ? chunk.lastIndexOf(NEWLINE) : chunk.indexOf(NEWLINE)
    if (end >= 0) {
      const last = chunk.subarray(0, end + 1)
      return parts.length === 0 ? last : Buffer.concat([...parts, last])
    }
    parts.push(chunk)
    position += bytesRead
    if (position - offset > maxBytes + LONGEST_LINE) return undefined
  }
}
