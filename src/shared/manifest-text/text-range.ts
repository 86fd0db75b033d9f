/** Ranges of text in UTF-16 code units, lines of it, and findings placed on them. */
import type { Finding } from '../finding.ts'

export interface Range {
  readonly from: number
  readonly to: number
}

/** Offset of the first character of the line that holds `offset`. */
export function lineStart(text: string, offset: number): number {
  // lastIndexOf takes a negative start for 0, and would find a line break at the very beginning.
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

/** Offset of the line break (`\r\n` or `\n`) that ends the line, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset)
  if (feed < 0) return text.length
  return feed > offset && text[feed - 1] === '\r' ? feed - 1 : feed
}

/** Offset of the first character of the next line, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const feed = text.indexOf('\n', offset)
  return feed < 0 ? text.length : feed + 1
}

/** The line break the text uses: that of its first line. */
export function lineBreak(text: string): '\n' | '\r\n' {
  const feed = text.indexOf('\n')
  return feed > 0 && text[feed - 1] === '\r' ? '\r\n' : '\n'
}

/** Puts many findings on one text without counting its lines each time. */
export function positioner(text: string): (finding: Finding, range: Range) => Finding {
  let starts: number[] | undefined
  return (finding, range) => {
    starts ??= lineStarts(text)
    const line = lastNotAbove(starts, range.from)
    const column = range.from - (starts[line] ?? 0) + 1
    return { ...finding, range: { from: range.from, to: range.to }, line: line + 1, column }
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1)) starts.push(feed + 1)
  return starts
}

function lastNotAbove(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((sorted[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}
