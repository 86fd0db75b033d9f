/** Adds keys, rows and tables that are missing in the text: finds the place of each and makes its text. */

import type { AST } from 'toml-eslint-parser'
import { AppError } from '../errors.ts'
import type { TextEdit } from '../finding.ts'
import { t } from '../language.ts'
import { neighbour } from './known-keys.ts'
import { keyText, type Places } from './parse.ts'
import { lineEnd, lineStart } from './text.ts'
import { type EditValue, formatKey, formatValue, insertTexts, type Path } from './values.ts'

/** A manifest's text that parses as TOML. */
export interface Editable {
  readonly text: string
  readonly places: Places
  readonly eol: string
}

/** The edit that adds `path`; its containers need not exist. INVALID for a row beyond the next one. */
export function insertAt(source: Editable, path: Path, value: EditValue): TextEdit {
  for (let depth = path.length - 1; depth > 0; depth--) {
    const edit = insertBelow(source, path.slice(0, depth), path.slice(depth), value)
    if (edit) return edit
  }
  const [name, next] = path
  if (typeof name !== 'string') throw noPlace(path)
  if (path.length === 1) return rootEntry(source, name, value)
  return typeof next === 'number' ? newRow(source, [name], 0, path, value) : newTable(source, path, value)
}

/** Undefined if `container` does not exist. */
function insertBelow(source: Editable, container: Path, rest: Path, value: EditValue): TextEdit | undefined {
  const { places } = source
  const place = places.at(container)
  if (place?.node?.type === 'TOMLInlineTable') return inlineEntry(source, place.node, rest, value)
  if (place?.node?.type === 'TOMLArray') return arrayElement(source, place.node, rest, value)
  if (place?.node) throw noPlace([...container, ...rest])
  const rows = rowCount(places, container)
  if (rows > 0) return newRow(source, container, rows, [...container, ...rest], value)
  if (place?.header) {
    const inRow = container.some(part => typeof part === 'number')
    if (rest.length > 1 && !inRow) return newTable(source, [...container, ...rest], value)
    return bodyEntry(source, place.header, container[0], dottedKey(rest), value)
  }
  const member = place?.dotted.at(-1)
  if (member) return dottedEntry(source, member, container, rest, value)
  const implied = places.headers.some(header => startsWith(header.resolvedKey, container))
  return implied ? newTable(source, [...container, ...rest], value) : undefined
}

export function rowCount(places: Places, path: Path): number {
  let count = 0
  while (places.at([...path, count])?.header) count++
  return count
}

export function startsWith(path: Path, prefix: Path): boolean {
  return prefix.every((part, index) => path[index] === part)
}

function noPlace(path: Path): AppError {
  return new AppError(
    'INVALID',
    t`There is no place for ${path.join('.')} in the manifest.`,
    t`Edit its text.`
  )
}

function dottedKey(path: Path): string {
  if (path.some(part => typeof part === 'number')) throw noPlace(path)
  return path.map(part => formatKey(String(part))).join('.')
}

function inlineEntry(source: Editable, table: AST.TOMLInlineTable, rest: Path, value: EditValue): TextEdit {
  const entry = `${dottedKey(rest)} = ${formatValue(value, { eol: source.eol })}`
  const last = table.body.at(-1)
  if (last) return { from: last.range[1], to: last.range[1], insert: `, ${entry}` }
  return { from: table.range[0], to: table.range[1], insert: `{ ${entry} }` }
}

function arrayElement(source: Editable, array: AST.TOMLArray, rest: Path, value: EditValue): TextEdit {
  if (rest[0] !== array.elements.length) throw noPlace(rest)
  const text = formatValue(value, { eol: source.eol })
  const element = rest.length === 1 ? text : `{ ${dottedKey(rest.slice(1))} = ${text} }`
  return insertTexts(source, array, array.elements.length, [element])
}

function rootEntry(source: Editable, name: string, value: EditValue): TextEdit {
  const line = `${formatKey(name)} = ${formatValue(value, { eol: source.eol, multiline: true })}`
  const last = source.places.root.at(-1)
  if (!last) return { ...pointAt(textStart(source.text)), insert: line + source.eol }
  return { ...pointAt(lineEnd(source.text, last.range[1])), insert: source.eol + line }
}

function dottedEntry(
  source: Editable,
  member: AST.TOMLKeyValue,
  container: Path,
  rest: Path,
  value: EditValue
): TextEdit {
  const { text, eol } = source
  const names = member.key.keys
  const part = names[containerDepth(member, container)] ?? member.key
  const prefix = text.slice(member.key.range[0], part.range[1])
  const inline = member.parent.type === 'TOMLInlineTable'
  const line = `${prefix}.${dottedKey(rest)} = ${formatValue(value, { eol, multiline: !inline })}`
  if (inline) return { ...pointAt(member.range[1]), insert: `, ${line}` }
  const indent = indentOf(text, member.range[0])
  return { ...pointAt(lineEnd(text, member.range[1])), insert: eol + indent + line }
}

/** Index of the key's part that names the container: a header may have the parts before it. */
function containerDepth(member: AST.TOMLKeyValue, container: Path): number {
  const names = member.key.keys.map(keyText)
  for (let depth = names.length - 2; depth > 0; depth--) {
    const parts = names.slice(0, depth + 1)
    if (parts.every((part, index) => container[container.length - parts.length + index] === part))
      return depth
  }
  return 0
}

/** A line in the table's body, after the key that precedes it in the guide's order. */
function bodyEntry(
  source: Editable,
  header: AST.TOMLTable,
  table: string | number | undefined,
  key: string,
  value: EditValue
): TextEdit {
  const { text, eol } = source
  const names = header.body.map(entry => entry.key.keys.map(keyText).join('.'))
  const after = neighbour(table, key, names)
  const sibling = after === 'first' ? undefined : header.body[names.lastIndexOf(after ?? '')]
  const anchor = sibling ?? header.body[0] ?? header
  const indent = indentOf(text, anchor.range[0])
  const style = sibling ? text.slice(sibling.key.range[1], sibling.value.range[0]) : ' = '
  const line = `${key}${/^ ?= ?$/.test(style) ? style : ' = '}${formatValue(value, { eol, multiline: true })}`
  const at = sibling ? sibling.range[1] : headerEnd(text, header)
  return { ...pointAt(lineEnd(text, at)), insert: eol + indent + line }
}

/** End of the header's own line: the table's range extends to its last entry. */
function headerEnd(text: string, header: AST.TOMLTable): number {
  return lineEnd(text, header.key.range[1])
}

function newRow(source: Editable, table: Path, count: number, path: Path, value: EditValue): TextEdit {
  const [index, ...rest] = path.slice(table.length)
  if (index !== count || rest.length === 0) throw noPlace(path)
  const line = `${dottedKey(rest)} = ${formatValue(value, { eol: source.eol, multiline: true })}`
  const last = source.places.headers.findLast(header => startsWith(header.resolvedKey, table))
  const header = `[[${table
    .filter(part => typeof part === 'string')
    .map(formatKey)
    .join('.')}]]`
  return blockAt(
    source,
    last ? blockEnd(source, last) : contentEnd(source.text, source.text.length),
    header,
    line
  )
}

function newTable(source: Editable, path: Path, value: EditValue): TextEdit {
  const header = `[${dottedKey(path.slice(0, -1))}]`
  const line = `${dottedKey(path.slice(-1))} = ${formatValue(value, { eol: source.eol, multiline: true })}`
  return blockAt(source, tableAnchor(source, path), header, line)
}

/**
 * App comes first, then Runtime; a table goes before its subtables or after its siblings; everything else goes to the
 * end.
 */
function tableAnchor(source: Editable, path: Path): number | undefined {
  const { text, places } = source
  const [top = ''] = path
  const below = places.headers.find(header => startsWith(header.resolvedKey, path.slice(0, -1)))
  if (below) return contentEnd(text, attachedStart(source, below))
  const sibling = lastBelow(places, top) ?? (top === 'Runtime' ? lastBelow(places, 'App') : undefined)
  if (sibling) return blockEnd(source, sibling)
  const first = places.headers[0]
  const early = top === 'App' || top === 'Runtime'
  return contentEnd(text, early && first ? attachedStart(source, first) : text.length)
}

function lastBelow(places: Places, top: string | number): AST.TOMLTable | undefined {
  return places.headers.findLast(header => header.resolvedKey[0] === top)
}

/** Puts a block after the content that ends at `end`, or at the very beginning. */
function blockAt({ text, eol }: Editable, end: number | undefined, header: string, line: string): TextEdit {
  if (end !== undefined) return { ...pointAt(end), insert: `${eol}${eol}${header}${eol}${line}` }
  const start = textStart(text)
  const gap = text.length === start ? '' : eol
  return { ...pointAt(start), insert: `${header}${eol}${line}${eol}${gap}` }
}

/** End of the last line of a table, including comments directly after it that do not belong to the next table. */
function blockEnd(source: Editable, header: AST.TOMLTable): number {
  const { text, places } = source
  const own = lineEnd(text, header.body.at(-1)?.range[1] ?? header.key.range[1])
  const next = places.headers[places.headers.indexOf(header) + 1]
  const limit = next ? attachedStart(source, next) : text.length
  let end = own
  for (;;) {
    const start = text.indexOf('\n', end) + 1
    if (start === 0 || start >= limit || !/^[ \t]*#/.test(text.slice(start, lineEnd(text, start)))) return end
    end = lineEnd(text, start)
  }
}

/** Start of a header's line, or of the comments directly above it. */
export function attachedStart({ text, places }: Editable, header: AST.TOMLTable): number {
  const before = places.headers[places.headers.indexOf(header) - 1]
  const entry = before ? (before.body.at(-1) ?? before.key) : places.root.at(-1)
  // The last line of a multi-line text may look like a comment.
  const first = Math.max(entry?.range[1] ?? 0, textStart(text))
  let start = lineStart(text, header.range[0])
  while (start > first) {
    const above = lineStart(text, start - 1)
    if (above < first && entry) break
    if (!/^\ufeff?[ \t]*#/.test(text.slice(above, start))) break
    start = above
  }
  return Math.max(start, textStart(text))
}

/** End of the last non-blank line before `offset`; undefined if there is none. */
function contentEnd(text: string, offset: number): number | undefined {
  const content = text.slice(textStart(text), offset)
  const length = content.trimEnd().length
  return length === 0 ? undefined : lineEnd(text, textStart(text) + length)
}

/** Offset after the byte order mark. */
export function textStart(text: string): number {
  return text.startsWith('\ufeff') ? 1 : 0
}

/** The indentation of the line that contains `offset`. */
function indentOf(text: string, offset: number): string {
  const line = text.slice(Math.max(lineStart(text, offset), textStart(text)), offset)
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}

function pointAt(offset: number): { from: number; to: number } {
  return { from: offset, to: offset }
}
