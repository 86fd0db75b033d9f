/** Finds positions in a log: of the last lines, or of the line with a given number. */
import type { Position } from './cursor.ts'
import { findLineStart, listSegments, openSegment, type Segment } from './segments.ts'

/** The position where the last `count` lines begin. */
export async function tailPosition(folder: string, count: number): Promise<Position> {
  for (;;) {
    const segments = await listSegments(folder)
    const last = segments.at(-1)
    if (!last) return { segment: 0, offset: 0, line: 0 }
    const lines = await linesIn(last)
    if (lines === undefined) continue
    const position = await positionIn(segments, Math.max(0, last.first + lines - count))
    if (position) return position
  }
}

/**
 * The position of the line with this number; of the oldest line if it was removed, of the log's end if it is beyond it.
 */
export async function linePosition(folder: string, line: number): Promise<Position> {
  for (;;) {
    const segments = await listSegments(folder)
    if (segments.length === 0) return { segment: 0, offset: 0, line: 0 }
    const position = await positionIn(segments, line)
    if (position) return position
  }
}

/** Undefined if rotation has removed the segment. */
async function positionIn(segments: readonly Segment[], line: number): Promise<Position | undefined> {
  const oldest = segments[0] as Segment
  const wanted = Math.max(line, oldest.first)
  const segment = segments.findLast(({ first }) => first <= wanted) ?? oldest
  const file = await openSegment(segment)
  if (!file) return undefined
  try {
    const { offset, lines } = await findLineStart(file, start => start.lines >= wanted - segment.first)
    return { segment: segment.first, offset, line: segment.first + lines }
  } finally {
    await file.close()
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
