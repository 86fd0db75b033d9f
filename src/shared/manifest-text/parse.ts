/** Parses TOML 1.0: text to values and to the places of its keys. Every error is a finding; nothing throws. */

import { parse, TomlError } from 'smol-toml'
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser'
import type { Finding } from '../finding.ts'
import { t } from '../language.ts'
import { inKnownCase } from './known-keys.ts'
import { decodeText, lineEnd, lineStart, positioner, type Range } from './text.ts'
import type { Path } from './values.ts'

/** UTF-16 code units. A manifest is a page of text, and is checked at every key stroke. */
const MAX_MANIFEST_LENGTH = 1024 * 1024
/** Bytes; a larger file is not shown. */
const MAX_SHOWN_BYTES = 64 * 1024 * 1024
/** Limit for the parser of places. It is slow and needs much memory, and no handwritten manifest is that long. */
const MAX_PLACED_LENGTH = 256 * 1024
const MAX_PLACED_VALUES = 20_000
/** Levels of tables and arrays. More are an attack or an accident, and would overflow stacks elsewhere. */
const MAX_DEPTH = 100

export interface TomlDocument {
  readonly text: string
  /** Absent if the text is not TOML. Integers beyond 2^53 are bigint, dates are Date, line breaks are `\n`. */
  readonly values?: Readonly<Record<string, unknown>> | undefined
  /** Known keys that the text writes in another case, by their paths in `values`, which uses the known case. */
  readonly recased?: readonly Path[] | undefined
  /** Absent if there are no values, or if the text is too large for the parser of places. */
  readonly places?: Places | undefined
  readonly findings: readonly Finding[]
}

/** Accepts any input and never throws: on an error, `findings` has that one error. */
export function parseToml(source: Uint8Array | string): TomlDocument {
  if (source.length > MAX_SHOWN_BYTES) return { text: '', findings: [tooLarge(source.length)] }
  const { text, fault } = decodeText(source)
  if (text.length > MAX_MANIFEST_LENGTH) return { text, findings: [tooLarge(text.length)] }
  if (fault) return { text, findings: [encodingFinding(text, fault)] }
  // A space replaces the byte order mark, so that every offset stays the same.
  const body = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text
  const written = readValues(body)
  if (written instanceof SyntaxFault) return { text, findings: [syntaxFinding(text, written)] }
  const { count, fault: unfit } = survey(written)
  if (unfit) return { text, findings: [{ rule: 'toml-limit', severity: 'error', message: unfit }] }
  const tree = body.length > MAX_PLACED_LENGTH || count > MAX_PLACED_VALUES ? undefined : readTree(body)
  if (tree instanceof SyntaxFault) return { text, findings: [syntaxFinding(text, tree)] }
  const { values, recased, nameAt } = inKnownCase(written)
  return tree
    ? { text, values, recased, places: placesOf(tree, nameAt), findings: [] }
    : { text, values, recased, findings: [withoutPlaces()] }
}

/** A syntax error: its offset and its message. */
class SyntaxFault {
  readonly offset: number
  readonly message: string

  constructor(offset: number, message: string) {
    this.offset = offset
    this.message = message
  }
}

/** Line breaks in multi-line texts become `\n`: they depend on the checkout, not on the author. */
function readValues(body: string): Record<string, unknown> | SyntaxFault {
  try {
    return parse(body.replaceAll('\r\n', '\n'), { integersAsBigInt: 'asNeeded', maxDepth: MAX_DEPTH })
  } catch (error) {
    if (!(error instanceof TomlError)) return new SyntaxFault(0, messageOf(error))
    const [message = ''] = error.message.split('\n')
    const offset = offsetOf(body, error.line, error.column)
    return new SyntaxFault(offset, message.replace('Invalid TOML document: ', ''))
  }
}

/** Undefined if the text is TOML but too large for this parser, which keeps long strings on the stack. */
function readTree(body: string): AST.TOMLProgram | SyntaxFault | undefined {
  try {
    return parseTOML(body, { tomlVersion: '1.0' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    if (error instanceof ParseError) return new SyntaxFault(Math.min(error.index, body.length), error.message)
    return new SyntaxFault(0, messageOf(error))
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function offsetOf(body: string, line: number, column: number): number {
  let start = 0
  for (let current = 1; current < line; current++) start = body.indexOf('\n', start) + 1
  return Math.min(start + column - 1, body.length)
}

/** Counts values, and checks depth and integers. Not recursive: dotted keys can nest as deep as the text is long. */
function survey(values: Record<string, unknown>): { count: number; fault?: string } {
  let count = 0
  let level: unknown[] = [values]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return { count, fault: t`Tables are nested more than ${MAX_DEPTH} deep.` }
    count += level.length
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) {
        return { count, fault: t`A number does not fit into 64 bits.` }
      }
      if (typeof value === 'object' && value !== null)
        for (const item of Object.values(value)) next.push(item)
    }
    level = next
  }
  return { count }
}

function syntaxFinding(text: string, fault: SyntaxFault): Finding {
  const range = wordAt(text, fault.offset)
  const reason = fault.message.charAt(0).toLowerCase() + fault.message.slice(1).replace(/\.$/, '')
  const message = t`This is not TOML: ${reason}.`
  const finding: Finding = { rule: 'toml-syntax', severity: 'error', message, ...syntaxFix(text, range) }
  return positioner(text)(finding, range)
}

/** The word at an offset; at the end of a line, the text of that line; otherwise one character or nothing. */
function wordAt(text: string, from: number): Range {
  const word = /[^\s,=[\]{}#]+/y
  word.lastIndex = from
  const found = word.exec(text)?.[0].length
  if (found !== undefined) return { from, to: from + found }
  const line = text.slice(lineStart(text, from), from)
  const endsLine = from >= text.length || text[from] === '\n' || text[from] === '\r'
  if (endsLine && line.trim() !== '') {
    return { from: from - line.trimStart().length, to: from - line.length + line.trimEnd().length }
  }
  return { from, to: Math.min(from + 1, text.length) }
}

function encodingFinding(text: string, fault: { offset: number; message: string }): Finding {
  const range = { from: fault.offset, to: Math.min(fault.offset + 1, text.length) }
  const message = `${fault.message} ${t`Save the file as UTF-8.`}`
  return positioner(text)({ rule: 'toml-encoding', severity: 'error', message }, range)
}

function tooLarge(length: number): Finding {
  const size = (length / 1024 / 1024).toFixed(1)
  return {
    rule: 'toml-too-large',
    severity: 'error',
    message: t`The manifest is ${size} MiB; at most 1 MiB is read. Keep data in files of their own.`
  }
}

function withoutPlaces(): Finding {
  return {
    rule: 'toml-without-places',
    severity: 'warning',
    message: t`The manifest is too long to be checked closely: problems have no line, and nothing can be edited.`
  }
}

const UNQUOTED = /^([ \t]*[A-Za-z0-9_.-]+[ \t]*=[ \t]*)([^\s"'[\]{}#=,][^"'#\r\n\\]*?)[ \t]*(?:#.*)?$/
const TYPOGRAPHIC =
  /^([ \t]*[A-Za-z0-9_.-]+[ \t]*=[ \t]*)([“”„‘’«»])([^"\\“”„‘’«»]*)([“”„‘’«»])[ \t]*(?:#.*)?$/

/** The `fix` of a finding for a text with missing or typographic quotes; empty for other errors. */
function syntaxFix(text: string, range: Range): Pick<Finding, 'fix'> {
  const start = lineStart(text, range.from)
  const line = text.slice(start, lineEnd(text, start))
  if (line.length > 1000) return {}
  const typographic = TYPOGRAPHIC.exec(line)
  if (typographic) {
    const [, before = '', open = '', content = '', close = ''] = typographic
    const from = start + before.length
    const to = from + open.length + content.length + close.length
    return { fix: { title: t`Use straight quotes`, edits: [{ from, to, insert: `"${content}"` }] } }
  }
  const unquoted = UNQUOTED.exec(line)
  if (!unquoted) return {}
  const [, before = '', value = ''] = unquoted
  const from = start + before.length
  const to = from + value.length
  if (range.from < from || range.from > to) return {}
  return { fix: { title: t`Put quotes around it`, edits: [{ from, to, insert: `"${value}"` }] } }
}

interface Place {
  /** The last part of the key where it first appears; absent for elements of arrays. */
  readonly key?: Range | undefined
  /** Absent for tables that have a header or are only implied. */
  readonly value?: Range | undefined
  readonly node?: AST.TOMLContentNode | undefined
  /** The `key = value` that holds the value. */
  readonly entry?: AST.TOMLKeyValue | undefined
  /** The `[header]` or `[[header]]` that defines it. */
  readonly header?: AST.TOMLTable | undefined
  /** Entries that define it by dotted keys: `App.Name = "x"` for `App`. */
  readonly dotted: readonly AST.TOMLKeyValue[]
}

export interface Places {
  /** Plain elements of arrays have no place of their own: use `node.elements` of the array. */
  at(path: Path): Place | undefined
  /** Every header in the order of the text, with its resolved path. */
  readonly headers: readonly AST.TOMLTable[]
  /** Entries before the first header. */
  readonly root: readonly AST.TOMLKeyValue[]
}

type Building = { -readonly [K in keyof Place]: Place[K] } & { dotted: AST.TOMLKeyValue[] }

/** Indexes all keys and values by path; `nameAt` returns the spelling under which a key is indexed. */
function placesOf(tree: AST.TOMLProgram, nameAt: (parent: Path, key: string) => string): Places {
  const index = new Map<string, Building>()
  const headers: AST.TOMLTable[] = []
  const root: AST.TOMLKeyValue[] = []
  const place = (path: Path): Building => {
    const name = JSON.stringify(path)
    const existing = index.get(name)
    if (existing) return existing
    const made: Building = { dotted: [] }
    index.set(name, made)
    return made
  }
  const addEntry = (base: Path, entry: AST.TOMLKeyValue): void => {
    const path = [...base]
    for (const [position, part] of entry.key.keys.entries()) {
      path.push(nameAt(path, keyText(part)))
      const at = place(path)
      at.key ??= rangeOf(part)
      if (position < entry.key.keys.length - 1) at.dotted.push(entry)
      else at.entry = entry
    }
    addValue(path, entry.value)
  }
  const addValue = (path: Path, node: AST.TOMLContentNode): void => {
    const at = place(path)
    at.node = node
    at.value = rangeOf(node)
    if (node.type === 'TOMLInlineTable') for (const entry of node.body) addEntry(path, entry)
    if (node.type === 'TOMLArray') {
      for (const [position, element] of node.elements.entries()) {
        if (element.type !== 'TOMLValue') addValue([...path, position], element)
      }
    }
  }
  for (const child of tree.body[0].body) {
    if (child.type === 'TOMLKeyValue') {
      root.push(child)
      addEntry([], child)
      continue
    }
    child.resolvedKey = named(child.resolvedKey, nameAt)
    headers.push(child)
    addHeader(child, place)
    for (const entry of child.body) addEntry(child.resolvedKey, entry)
  }
  return { at: path => index.get(JSON.stringify(path)), headers, root }
}

function addHeader(table: AST.TOMLTable, place: (path: Path) => Building): void {
  const at = place(table.resolvedKey)
  at.header = table
  const parts = table.key.keys
  at.key = rangeOf(parts.at(-1) ?? table.key)
  if (typeof table.resolvedKey.at(-1) === 'number') place(table.resolvedKey.slice(0, -1)).key ??= at.key
}

function named(path: Path, nameAt: (parent: Path, key: string) => string): (string | number)[] {
  const found: (string | number)[] = []
  for (const part of path) found.push(typeof part === 'number' ? part : nameAt(found, part))
  return found
}

/** The text of a part of a key, without quotes. */
export function keyText(part: AST.TOMLBare | AST.TOMLQuoted): string {
  return part.type === 'TOMLBare' ? part.name : part.value
}

function rangeOf(node: AST.TOMLNode): Range {
  return { from: node.range[0], to: node.range[1] }
}
