/** Ranges of text in UTF-16 code units, and findings placed on them. */
import type { Finding } from '#shared/finding.ts'

export interface Range {
  readonly from: number
  readonly to: number
}

/** The finding with its range and the one-based line and column of it. */
export function positioned(text: string, finding: Finding, range: Range): Finding {
  const lineStart = text.lastIndexOf('\n', range.from - 1) + 1
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < range.from; at = text.indexOf('\n', at + 1)) line++
  // lastIndexOf takes a negative start for 0, where a line break would be found after the range.
  const column = range.from === 0 ? 1 : range.from - lineStart + 1
  return { ...finding, range: { from: range.from, to: range.to }, line, column }
}
