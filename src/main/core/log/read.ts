/** Reads an instance's log by cursor, from the segment files that its launcher appends to. The reader sets the pace. */
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogPage, LogQuery } from '#shared/log.ts'
import { badCursor, formatCursor, type Position, parseCursor } from './cursor.ts'
import { parseLines, readBefore } from './read-back.ts'
import { linePosition, tailPosition } from './seek.ts'
import {
  bytesAfter,
  findLineStart,
  listSegments,
  NEWLINE,
  openSegment,
  readWholeLines,
  type Segment
} from './segments.ts'
import { watchLog } from './wait.ts'

export type PageQuery = Pick<LogQuery, 'cursor' | 'tail' | 'line' | 'before' | 'maxBytes' | 'waitMs'>

/**
 * One page of the log in a run folder. Over successive pages, each line comes once, whole and in order; lines removed
 * by rotation since the cursor are counted. Waits up to `waitMs` if there is no line. `ended` returns whether the log
 * is complete. INVALID for an invalid cursor; rejects with the signal's reason when it aborts.
 */
export async function readLogPage(
  runFolder: string,
  query: PageQuery,
  ended: () => Promise<boolean>,
  signal?: AbortSignal
): Promise<LogPage> {
  const folder = join(runFolder, 'log')
  if (query.before !== undefined) return readBefore(folder, parseCursor(query.before), query.maxBytes)
  const deadline = performance.now() + query.waitMs
  const from = await startOf(folder, query)
  const read = () => readFrom(folder, from, query.maxBytes)
  const atOnce = await read()
  if (atOnce) return atOnce
  // The watch starts before the next read, so that no write between a read and the wait is missed.
  const changes = watchLog(folder)
  try {
    for (let asked: Promise<boolean> | undefined; ; ) {
      signal?.throwIfAborted()
      const page = await read()
      if (page) return page
      asked ??= ended()
      const left = deadline - performance.now()
      const change = left > 0 ? changes.next(left, signal) : undefined
      // Reads new lines even while the engine is slow to answer whether the instance has ended.
      const over = await (change ? Promise.race([asked, change.then(() => undefined)]) : asked)
      // Reads again before reporting the end, for lines written just before it.
      if (over) return (await read()) ?? { ...emptyPage(from), end: true }
      if (over === false) asked = undefined
      if (!change) return emptyPage(from)
      await change
    }
  } finally {
    changes.close()
  }
}

function emptyPage(from: Position): LogPage {
  return { lines: [], from: formatCursor(from), first: from.line, next: formatCursor(from) }
}

async function startOf(folder: string, { cursor, tail, line }: PageQuery): Promise<Position> {
  if (cursor !== undefined) return parseCursor(cursor)
  if (tail !== undefined) return tailPosition(folder, tail)
  return line === undefined ? { segment: 0, offset: 0, line: 0 } : linePosition(folder, line)
}

/** The next lines after a position, in this segment or a later one; undefined if there are none yet. */
async function readFrom(folder: string, from: Position, maxBytes: number): Promise<LogPage | undefined> {
  // Listed before reading: if a later segment is listed, the segment before it is complete.
  const segments = await listSegments(folder)
  if (segments.length > 0 && from.segment > (segments.at(-1) as Segment).first) throw badCursor()
  for (const segment of segments.filter(({ first }) => first >= from.segment)) {
    const begin =
      segment.first === from.segment ? from : { segment: segment.first, offset: 0, line: segment.first }
    const page = await readSegment(segment, begin, maxBytes)
    if (!page) continue
    const { lines, start, next } = page
    // Lines removed by rotation, and lines cut off when a launcher was killed.
    const dropped = next.line - from.line - lines.length
    const behind = page.behind + (await bytesAfter(segments, segment))
    return {
      ...{ lines, from: formatCursor(start), first: start.line, next: formatCursor(next) },
      ...(dropped > 0 ? { dropped } : {}),
      ...(behind > 0 ? { behind } : {})
    }
  }
  return undefined
}

async function readSegment(segment: Segment, begin: Position, maxBytes: number) {
  const file = await openSegment(segment)
  if (!file) return undefined
  try {
    const start = await alignedPosition(file, begin)
    const bytes = await readWholeLines(file, start.offset, maxBytes)
    if (!bytes) return undefined
    const { lines, count } = parseLines(bytes)
    const end = start.offset + bytes.length
    const behind = Math.max(0, (await file.stat()).size - end)
    return { lines, start, next: { segment: segment.first, offset: end, line: start.line + count }, behind }
  } finally {
    await file.close()
  }
}

/**
 * The position, moved to the next whole line if it does not follow a newline. That happens if the file lost its end
 * after it was read: by a power failure, or because a launcher removed lines that a full disk had cut off.
 */
async function alignedPosition(file: FileHandle, position: Position): Promise<Position> {
  if (position.offset === 0) return position
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, position.offset - 1)
  if (bytesRead === 1 && buffer[0] === NEWLINE) return position
  const { offset, lines } = await findLineStart(file, start => start.offset >= position.offset)
  return { ...position, offset, line: position.segment + lines }
}
