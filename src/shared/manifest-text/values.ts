/** Values as TOML text, in the style of the text they replace. Edits to an array touch only the changed elements. */

import type { AST } from 'toml-eslint-parser'
import { AppError } from '../errors.ts'
import type { TextEdit } from '../finding.ts'
import { t } from '../language.ts'
import { lineStart } from './text.ts'

/** `['Env', 0, 'Name']`. */
export type Path = readonly (string | number)[]

/** A table among the values of a TOML text. */
export type Table = Readonly<Record<string, unknown>>

/** Whether the value is a table. Arrays and dates are not. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** The value if it is a table, otherwise an empty table. */
export function tableOf(value: unknown): Table {
  return isTable(value) ? value : {}
}

/** The values that an edit can write. */
export type EditValue = string | number | boolean | readonly string[]

/** How to write a value. */
export interface Style {
  /** Line break of the file. */
  readonly eol: string
  /** Source text of the value to replace. */
  readonly old?: string | undefined
  /** A line break in a string may be written as a line break in the file. */
  readonly multiline?: boolean | undefined
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\'
}

/** The value as TOML. INVALID for text that UTF-8 cannot encode. */
export function formatValue(value: EditValue, style: Style): string {
  if (typeof value === 'string') return formatString(value, style)
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'boolean') return String(value)
  return `[${value.map(item => formatString(item, { eol: style.eol })).join(', ')}]`
}

/** The key, in quotes if it needs them. */
export function formatKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : basic(key)
}

/** The text in quotes: the quotes of the old text if they can hold the new one. */
export function formatString(value: string, { eol, old = '', multiline = false }: Style): string {
  if (/\p{Surrogate}/u.test(value)) {
    throw new AppError(
      'INVALID',
      t`The text holds half of a surrogate pair.`,
      t`Remove the broken character.`
    )
  }
  const leadingBreak = /^(?:"""|''')\r?\n/.test(old) || value.startsWith('\n')
  if (old.startsWith("'''") && fitsMultilineLiteral(value)) {
    return `'''${leadingBreak ? eol : ''}${value.replaceAll('\n', eol)}'''`
  }
  if (old.startsWith('"""') || old.startsWith("'''")) return multilineBasic(value, leadingBreak, eol)
  if (old.startsWith("'") && fitsLiteral(value)) return `'${value}'`
  return multiline && value.includes('\n') ? multilineBasic(value, true, eol) : basic(value)
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Object.is(value, -0)) return '-0.0'
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value)
}

function basic(value: string): string {
  return `"${value.replace(/["\\\u0000-\u001f\u007f]/g, escaped)}"`
}

function multilineBasic(value: string, leadingBreak: boolean, eol: string): string {
  const content = value
    .replace(/[\\\u0000-\u0008\u000b-\u001f\u007f]/g, escaped)
    .replace(/"(?="")|"$/g, '\\"')
    .replaceAll('\n', eol)
  return `"""${leadingBreak ? eol : ''}${content}"""`
}

function escaped(character: string): string {
  return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function fitsLiteral(value: string): boolean {
  return !/['\u0000-\u0008\u000a-\u001f\u007f]/.test(value)
}

function fitsMultilineLiteral(value: string): boolean {
  return !/'''|'$|[\u0000-\u0008\u000b-\u001f\u007f]/.test(value)
}

interface Source {
  readonly text: string
  readonly eol: string
}

/** Edits that replace the elements of the array with these. */
export function arrayEdits(source: Source, array: AST.TOMLArray, values: readonly string[]): TextEdit[] {
  const { elements } = array
  const old = elements.map(element => (isText(element) ? element.value : undefined))
  const first = commonLength(old, values)
  const last = commonLength(old.slice(first).reverse(), values.slice(first).reverse())
  const removed = elements.slice(first, elements.length - last)
  const added = values.slice(first, values.length - last)
  if (elements.length === 0 || values.length === 0) {
    if (removed.length + added.length === 0) return []
    return [{ from: array.range[0], to: array.range[1], insert: formatValue(values, source) }]
  }
  const both = Math.min(removed.length, added.length)
  const edits = removed.slice(0, both).map((element, index) => ({
    from: element.range[0],
    to: element.range[1],
    insert: formatString(added[index] ?? '', { eol: source.eol, old: source.text.slice(...element.range) })
  }))
  if (removed.length > both) edits.push(removal(elements, first + both, elements.length - last))
  if (added.length > both) {
    const texts = added.slice(both).map(value => formatString(value, source))
    edits.push(insertTexts(source, array, first + both, texts))
  }
  return edits
}

/** The edit that removes elements [from, to) with their commas. */
export function removal(elements: readonly AST.TOMLNode[], from: number, to: number): TextEdit {
  const before = elements[from - 1]
  const after = elements[to]
  const start = before ? before.range[1] : (elements[from]?.range[0] ?? 0)
  const end = before || !after ? (elements[to - 1]?.range[1] ?? start) : after.range[0]
  return { from: start, to: end, insert: '' }
}

/** The edit that inserts elements, written as TOML, before the one at `index`. */
export function insertTexts(
  source: Source,
  array: AST.TOMLArray,
  index: number,
  texts: readonly string[]
): TextEdit {
  const separator = separatorOf(source, array)
  const before = array.elements[index - 1]
  if (before) {
    const at = before.range[1]
    return { from: at, to: at, insert: texts.map(text => separator + text).join('') }
  }
  const after = array.elements[0]
  if (after) {
    const at = after.range[0]
    return { from: at, to: at, insert: texts.map(text => text + separator).join('') }
  }
  return { from: array.range[0], to: array.range[1], insert: `[${texts.join(', ')}]` }
}

function separatorOf({ text, eol }: Source, array: AST.TOMLArray): string {
  const [first, second] = array.elements
  if (!first) return ', '
  const from = second ? first.range[1] : array.range[0]
  const to = second ? second.range[0] : first.range[0]
  const between = text.slice(from, to)
  if (!between.includes('\n')) return second && /^, *$/.test(between) ? between : ', '
  return `,${eol}${/^[ \t]*/.exec(text.slice(lineStart(text, to), to))?.[0] ?? ''}`
}

function isText(node: AST.TOMLContentNode): node is AST.TOMLStringValue {
  return node.type === 'TOMLValue' && node.kind === 'string'
}

function commonLength(left: readonly (string | undefined)[], right: readonly string[]): number {
  let length = 0
  while (length < Math.min(left.length, right.length) && left[length] === right[length]) length++
  return length
}
