/** Edits a manifest's text: sets, removes and moves values, and changes no other byte. */

import type { AST } from 'toml-eslint-parser'
import { AppError } from '../errors.ts'
import type { TextEdit } from '../finding.ts'
import { t } from '../language.ts'
import { attachedStart, type Editable, insertAt, rowCount, startsWith, textStart } from './insert.ts'
import { parseToml } from './parse.ts'
import { lineBreak, lineEnd, lineStart, nextLine, type Range } from './text.ts'
import { arrayEdits, type EditValue, formatValue, type Path, removal } from './values.ts'

/**
 * Edits that give `path` the value; undefined removes it (a key, a row, a table with all its contents). Missing tables
 * are created; `['Env', n, 'Name']` appends a row if there are n rows. A replaced text keeps its quotes if they can
 * hold the new text. INVALID if the text is not TOML, or if the path is a table or has no place.
 */
export function setValue(text: string, path: Path, value: EditValue | undefined): TextEdit[] {
  return editValue(editable(text), path, value)
}

/** `setValue` on text that is parsed already. */
export function editValue(source: Editable, path: Path, value: EditValue | undefined): TextEdit[] {
  if (path.length === 0)
    throw new AppError('INVALID', t`The manifest as a whole has no value.`, t`Name a key.`)
  if (value === undefined) return removeAt(source, path)
  const place = source.places.at(path)
  const node = place?.node ?? elementAt(source, path)
  if (node) return replaceNode(source, node, value)
  const isTable = source.places.headers.some(header => startsWith(header.resolvedKey, path))
  if (isTable || place) {
    throw new AppError(
      'INVALID',
      t`${path.join('.')} is a table, not a value.`,
      t`Edit its keys, or its text.`
    )
  }
  return [insertAt(source, path, value)]
}

/** Edits that move the [[Env]] row at `from`, with the comments above it, to position `to`. */
export function moveEnv(text: string, from: number, to: number): TextEdit[] {
  const source = editable(text)
  const slots = envSlots(source)
  const moved = slots[from]
  if (!moved || !slots[to]) {
    throw new AppError(
      'INVALID',
      t`There is no Env row ${slots[from] ? to : from}.`,
      t`There are ${slots.length}.`
    )
  }
  const order = slots.toSpliced(from, 1).toSpliced(to, 0, moved)
  return slots.flatMap((slot, index) => {
    const content = order[index]
    if (!content || content === slot) return []
    return [{ ...slot, insert: text.slice(content.from, content.to) }]
  })
}

/** Parses a text for editing. INVALID if it is not TOML. */
export function editable(text: string): Editable {
  const { places, findings } = parseToml(text)
  if (places) return { text, places, eol: lineBreak(text) }
  const message = findings[0]?.message ?? t`The manifest is not TOML.`
  throw new AppError('INVALID', message, t`Fix its text first.`, { data: { findings } })
}

function replaceNode(source: Editable, node: AST.TOMLContentNode, value: EditValue): TextEdit[] {
  if (typeof value === 'object' && node.type === 'TOMLArray') return arrayEdits(source, node, value)
  const old = source.text.slice(...node.range)
  if (node.type === 'TOMLValue' && sameValue(node, value)) return []
  const multiline = node.parent.type === 'TOMLKeyValue' && node.parent.parent.type !== 'TOMLInlineTable'
  const insert = formatValue(value, { eol: source.eol, old, multiline })
  return [{ from: node.range[0], to: node.range[1], insert }]
}

function sameValue(node: AST.TOMLValue, value: EditValue): boolean {
  if (node.kind === 'string') return node.value.replaceAll('\r\n', '\n') === value && !/\r\n/.test(value)
  return Object.is(node.value, value)
}

/** Finds plain elements of arrays, which have no place of their own. */
function elementAt({ places }: Editable, path: Path): AST.TOMLContentNode | undefined {
  const index = path.at(-1)
  const array = places.at(path.slice(0, -1))?.node
  return array?.type === 'TOMLArray' && typeof index === 'number' ? array.elements[index] : undefined
}

/** The ranges that swap places when rows move; the text between them stays. */
function envSlots(source: Editable): Range[] {
  const { text, places } = source
  const array = places.at(['Env'])?.node
  if (array?.type === 'TOMLArray') return array.elements.map(({ range: [from, to] }) => ({ from, to }))
  return Array.from({ length: rowCount(places, ['Env']) }, (_, row) => {
    const own = places.headers.filter(header => startsWith(header.resolvedKey, ['Env', row]))
    const from = own[0] ? attachedStart(source, own[0]) : 0
    const last = own.at(-1)
    return { from, to: lineEnd(text, last?.body.at(-1)?.range[1] ?? last?.key.range[1] ?? from) }
  })
}

/** Edits that remove `path` and everything below it; none if it does not exist. */
function removeAt({ text, places }: Editable, path: Path): TextEdit[] {
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

/** The ranges, sorted; overlapping ones are merged. */
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
