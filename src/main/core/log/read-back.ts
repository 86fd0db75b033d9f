/** Reads a log backwards: the lines before a cursor. */
import type { FileHandle } from 'node:fs/promises'
import { type LogLine, type LogPage, parseLogLine } from '#shared/log.ts'
import { formatCursor, type Position } from './cursor.ts'
import { LONGEST_LINE, listSegments, NEWLINE, openSegment } from './segments.ts'

/** As many whole lines before a position as fit into `maxBytes`, at least one; `end` is set if there are none. */
export async function readBefore(folder: string, before: Position, maxBytes: number): Promise<LogPage> {
  const next = formatCursor(before)
  for (const segment of (await listSegments(folder)).reverse()) {
    if (segment.first > before.segment) continue
    const file = await openSegment(segment)
    if (!file) continue
    try {
      const size = (await file.stat()).size
      const end = segment.first === before.segment ? Math.min(before.offset, size) : size
      const bytes = await readLinesBefore(file, end, maxBytes)
      if (bytes.length === 0) continue
      const { lines, count } = parseLines(bytes)
      const first = before.line - count
      const from = { segment: segment.first, offset: end - bytes.length, line: first }
      return { lines, from: formatCursor(from), first, next }
    } finally {
      await file.close()
    }
  }
  return { lines: [], from: next, first: before.line, next, end: true }
}

/**
 * Bytes of whole lines up to `end`, which follows a newline; reads further back if a line is longer than `maxBytes`.
 */
async function readLinesBefore(file: FileHandle, end: number, maxBytes: number): Promise<Buffer> {
  for (let size = maxBytes; ; size *= 2) {
    const start = Math.max(0, end - size - 1)
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(end - start), 0, end - start, start)
    const bytes = buffer.subarray(0, bytesRead)
    if (start === 0) return bytes
    const first = bytes.indexOf(NEWLINE)
    if (first >= 0 && first < bytes.length - 1) return bytes.subarray(first + 1)
    if (size > maxBytes + LONGEST_LINE) return bytes.subarray(0, 0)
  }
}

/** Bytes that are not UTF-8 become U+FFFD. */
export function parseLines(bytes: Buffer): { lines: LogLine[]; count: number } {
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
