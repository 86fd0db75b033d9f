/** Values as TOML text, in the style of the text they replace. */
import { AppError } from '../errors.ts'
import { t } from '../language.ts'

export type EditValue = string | number | boolean | readonly string[]

export interface Style {
  /** Line break of the file. */
  readonly eol: string
  /** Source of the value that is replaced. */
  readonly old?: string | undefined
  /** A line break in a string may become one in the file. */
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

/** INVALID for text that UTF-8 cannot hold. */
export function formatValue(value: EditValue, style: Style): string {
  if (typeof value === 'string') return formatString(value, style)
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'boolean') return String(value)
  return `[${value.map(item => formatString(item, { eol: style.eol })).join(', ')}]`
}

export function formatKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : basic(key)
}

/** Keeps the quotes of the old text where they can hold the new one. */
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
