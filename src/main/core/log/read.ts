/** Reads an instance's log by cursor, from the segment files its launcher appends to. The reader sets the pace. */
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { type LogLine, type LogPage, type LogQuery, parseLogLine } from '#shared/log.ts'
import { badCursor, formatCursor, type Position, parseCursor } from './cursor.ts'
import {
  findLineStart,
  listSegments,
  NEWLINE,
  openSegment,
  readWholeLines,
  type Segment
} from './segments.ts'
import { waitForChange } from './wait.ts'

export type PageQuery = Pick<LogQuery, 'cursor' | 'tail' | 'maxBytes' | 'waitMs'>

/**
 * One page of the log in a run folder. Lines come whole, once and in order over pages; those that rotation removed
 * under the cursor are counted. Waits up to `waitMs` where there is none. `ended` says whether anything will be
 * written any more. INVALID for a cursor that is none; rejects with the signal's reason when it aborts.
 */
export async function readLogPage(
  runFolder: string,
  query: PageQuery,
  ended: () => Promise<boolean>,
  signal?: AbortSignal
): Promise<LogPage> {
  const folder = join(runFolder, 'log')
  const deadline = performance.now() + query.waitMs
  const from = await startOf(folder, query)
  for (;;) {
    signal?.throwIfAborted()
    const page = await readFrom(folder, from, query.maxBytes)
    if (page) return page
    if (await ended()) {
      // What was written before the end is read before the end is told.
      return (await readFrom(folder, from, query.maxBytes)) ?? { ...emptyPage(from), end: true }
    }
    const left = deadline - performance.now()
    if (left <= 0) return emptyPage(from)
    await waitForChange(folder, left, signal)
  }
}

function emptyPage(from: Position): LogPage {
  return { lines: [], next: formatCursor(from) }
}

async function startOf(folder: string, { cursor, tail }: PageQuery): Promise<Position> {
  if (cursor !== undefined) return parseCursor(cursor)
  if (tail !== undefined) return tailPosition(folder, tail)
  return { segment: 0, offset: 0, line: 0 }
}

/** Where the last `count` lines begin. */
async function tailPosition(folder: string, count: number): Promise<Position> {
  for (;;) {
    const segments = await listSegments(folder)
    const last = segments.at(-1)
    if (!last) return { segment: 0, offset: 0, line: 0 }
    const lines = await linesIn(last)
    if (lines === undefined) continue
    const wanted = Math.max(last.first + lines - count, segments[0]?.first ?? 0)
    const segment = segments.findLast(({ first }) => first <= wanted) ?? last
    const file = await openSegment(segment)
    if (!file) continue
    try {
      const { offset, lines: before } = await findLineStart(
        file,
        start => start.lines >= wanted - segment.first
      )
      return { segment: segment.first, offset, line: segment.first + before }
    } finally {
      await file.close()
    }
  }
}

async function linesIn(segment: Segment): Promise<number | undefined> {
  const file = await openSegment(segment)
  try {
    return file && (await findLineStart(file, () => false)).lines
  } finally {
    await file?.close()
  }
}

/** The next lines behind a position, in this segment or a later one; undefined when there are none yet. */
async function readFrom(folder: string, from: Position, maxBytes: number): Promise<LogPage | undefined> {
  // Listed before reading: where a later segment is listed, the one before it is complete.
  const segments = await listSegments(folder)
  if (segments.length > 0 && from.segment > (segments.at(-1) as Segment).first) throw badCursor()
  for (const segment of segments.filter(({ first }) => first >= from.segment)) {
    const begin =
      segment.first === from.segment ? from : { segment: segment.first, offset: 0, line: segment.first }
    const page = await readSegment(segment, begin, maxBytes)
    if (!page) continue
    const { lines, next } = page
    // Lines that are gone, and lines that were torn when a launcher was killed.
    const dropped = next.line - from.line - lines.length
    return { lines, next: formatCursor(next), ...(dropped > 0 ? { dropped } : {}) }
  }
  return undefined
}

async function readSegment(segment: Segment, begin: Position, maxBytes: number) {
  const file = await openSegment(segment)
  if (!file) return undefined
  try {
    const { offset, line } = await alignedPosition(file, begin)
    const bytes = await readWholeLines(file, offset, maxBytes)
    if (!bytes) return undefined
    const { lines, count } = parseLines(bytes)
    return { lines, next: { segment: segment.first, offset: offset + bytes.length, line: line + count } }
  } finally {
    await file.close()
  }
}

/**
 * A cursor stands behind a newline. It does not where the file lost its end after it was read: with the power, or when
 * a launcher took back lines a full disk had torn. Then reading goes on with the next whole line there is.
 */
async function alignedPosition(file: FileHandle, position: Position): Promise<Position> {
  if (position.offset === 0) return position
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, position.offset - 1)
  if (bytesRead === 1 && buffer[0] === NEWLINE) return position
  const { offset, lines } = await findLineStart(file, start => start.offset >= position.offset)
  return { ...position, offset, line: position.segment + lines }
}

/** Bytes that are not UTF-8 become U+FFFD. */
function parseLines(bytes: Buffer): { lines: LogLine[]; count: number } {
  const text = bytes.toString('utf8')
  const lines: LogLine[] = []
  let count = 0
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    const line = parseLogLine(text.slice(start, end))
    if (line) lines.push(line)
    count++
    start = end + 1
  }
  return { lines, count }
}
