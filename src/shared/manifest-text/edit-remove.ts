/** Taking keys, rows and tables out of a manifest's text, with their lines and nothing else. */
import type { AST } from 'toml-eslint-parser'
import type { TextEdit } from '../finding.ts'
import { removal } from './edit-array.ts'
import { type Editable, startsWith, textStart } from './edit-insert.ts'
import type { Path } from './places.ts'
import { lineEnd, lineStart, nextLine, type Range } from './text-range.ts'

/** Edits that remove `path` and all below it; none where it is not there. */
export function removeAt({ text, places }: Editable, path: Path): TextEdit[] {
  const place = places.at(path)
  const parent = places.at(path.slice(0, -1))?.node
  const index = path.at(-1)
  if (parent?.type === 'TOMLArray' && typeof index === 'number') {
    return index < parent.elements.length ? [removal(parent.elements, index, index + 1)] : []
  }
  const entries = place?.entry ? [place.entry] : (place?.dotted ?? [])
  const headers = places.headers.filter(header => startsWith(header.resolvedKey, path))
  const ranges = [
    ...entries.map(entry => entryRange(text, entry)),
    ...headers.map(header => tableRange(text, header))
  ]
  return united(ranges).map(range => ({ ...range, insert: '' }))
}

function entryRange(text: string, entry: AST.TOMLKeyValue): Range {
  const { parent } = entry
  if (parent.type === 'TOMLInlineTable') return inlineRange(text, parent, entry)
  return linesRange(text, entry.range[0], entry.range[1], 0)
}

function inlineRange(text: string, table: AST.TOMLInlineTable, entry: AST.TOMLKeyValue): Range {
  if (table.body.length === 1) {
    const inner = { from: table.range[0] + 1, to: table.range[1] - 1 }
    return /^ ?$/.test(text.slice(inner.from, entry.range[0]))
      ? inner
      : { from: entry.range[0], to: entry.range[1] }
  }
  const index = table.body.indexOf(entry)
  const { from, to } = removal(table.body, index, index + 1)
  return { from, to }
}

function tableRange(text: string, header: AST.TOMLTable): Range {
  return linesRange(text, header.range[0], header.body.at(-1)?.range[1] ?? header.key.range[1], 1)
}

/** The lines of [from, to) with the line break before them, and up to `blank` blank lines before that. */
function linesRange(text: string, from: number, to: number, blank: number): Range {
  let start = lineStart(text, from)
  if (start <= textStart(text)) {
    let end = nextLine(text, to)
    for (let count = 0; count < blank && isBlankLine(text, end); count++) end = nextLine(text, end)
    return { from: textStart(text), to: end }
  }
  for (let count = 0; count < blank; count++) {
    const above = lineStart(text, start - 1)
    if (above <= textStart(text) || !isBlankLine(text, above)) break
    start = above
  }
  return { from: lineEnd(text, lineStart(text, start - 1)), to: lineEnd(text, to) }
}

function isBlankLine(text: string, start: number): boolean {
  return start < text.length && text.slice(start, lineEnd(text, start)).trim() === ''
}

/** Sorted, and overlapping ones as one. */
function united(ranges: readonly Range[]): Range[] {
  const result: Range[] = []
  for (const range of ranges.toSorted((left, right) => left.from - right.from)) {
    const last = result.at(-1)
    if (last && range.from <= last.to) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) }
    } else result.push(range)
  }
  return result
}
