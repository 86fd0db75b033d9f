/** The manifest's text as a form: the content of each field, and the text edits for a change of a field. */
import type { Finding, TextEdit } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { editValue, moveEnv } from '#shared/manifest-text/edit.ts'
import type { Editable } from '#shared/manifest-text/insert.ts'
import { KNOWN_TABLES, type ValueType } from '#shared/manifest-text/known-keys.ts'
import { parseToml } from '#shared/manifest-text/parse.ts'
import { lineBreak } from '#shared/manifest-text/text.ts'
import { type EditValue, isTable, type Path, type Table, tableOf } from '#shared/manifest-text/values.ts'

export interface FormModel {
  readonly source: Editable
  readonly values: Table
  /** The text typed into a field since the manifest was last parsed; all else is as parsed. */
  readonly typed?: { readonly path: Path; readonly text: string }
}

export interface FieldState {
  /** The field's text; empty if the key is absent. */
  readonly text: string
  readonly present: boolean
  /** True if the value's type differs from the guide's; `text` is then its TOML. */
  readonly odd: boolean
  /** True for a list or table, which can only be changed in the text. */
  readonly locked: boolean
}

export interface EnvRow {
  readonly name: FieldState
  readonly secret: FieldState
  readonly secretKey: FieldState
  /** A literal value, which today's app.toml allows. */
  readonly value: FieldState
}

export interface ExtraKey {
  readonly path: Path
  /** `Env[0].Optional`. */
  readonly name: string
  /** Its TOML, cut to one line. */
  readonly toml: string
  /** Set for a key of today's app.toml; other keys are the app's own. */
  readonly today?: ValueType
}

export type Change =
  | { readonly kind: 'set'; readonly path: Path; readonly value: EditValue | undefined }
  | { readonly kind: 'move'; readonly from: number; readonly to: number }

/** The form of a text, or the finding that says why it has none. */
export function readForm(text: string): FormModel | { readonly fault: Finding } {
  const { values, places, findings } = parseToml(text)
  if (values && places) return { source: { text, places, eol: lineBreak(text) }, values }
  const [fault] = findings
  return { fault: fault ?? { rule: 'toml-syntax', severity: 'error', message: t`This is not TOML.` } }
}

/** Edits of the model's text, each as small as possible. Throws AppError INVALID if the change is not possible. */
export function editsOf({ source }: FormModel, change: Change): TextEdit[] {
  const edits =
    change.kind === 'set'
      ? editValue(source, change.path, change.value)
      : moveEnv(source.text, change.from, change.to)
  return edits.map(edit => smallest(source.text, edit))
}

/** Leaves out unchanged text at both ends of an edit, so that cursors and the undo history match what was typed. */
function smallest(text: string, { from, to, insert }: TextEdit): TextEdit {
  const old = text.slice(from, to)
  const shorter = Math.min(old.length, insert.length)
  let start = 0
  while (start < shorter && old[start] === insert[start]) start += 1
  let end = 0
  while (end < shorter - start && old.at(-1 - end) === insert.at(-1 - end)) end += 1
  return { from: from + start, to: to - end, insert: insert.slice(start, insert.length - end) }
}

export function fieldOf(model: FormModel, path: Path): FieldState {
  return stateOf(model, path, valueAt(model.values, path))
}

/** The texts of a list; undefined if the value is not a list of texts; empty if it is absent. */
export function textsOf(model: FormModel, path: Path): readonly string[] | undefined {
  const value = valueAt(model.values, path)
  if (value === undefined) return []
  return Array.isArray(value) && value.every(item => typeof item === 'string') ? value : undefined
}

/** The rows of Env; undefined if Env is not a list of tables. */
export function envRows(model: FormModel): readonly EnvRow[] | undefined {
  const rows = model.values.Env
  if (rows === undefined) return []
  if (!Array.isArray(rows) || !rows.every(isTable)) return undefined
  return rows.map((row, index) => ({
    name: stateOf(model, ['Env', index, 'Name'], row.Name),
    secret: stateOf(model, ['Env', index, 'Secret'], row.Secret),
    secretKey: stateOf(model, ['Env', index, 'SecretKey'], row.SecretKey),
    value: stateOf(model, ['Env', index, 'Value'], row.Value)
  }))
}

/** Keys and tables in the text that are not in the guide, in text order; at most `limit`. */
export function extraKeys(model: FormModel, limit = 200): readonly ExtraKey[] {
  const extras: ExtraKey[] = []
  const add = (path: Path, today?: ValueType) => {
    if (extras.length >= limit) return
    extras.push({ path, name: nameOf(path), toml: tomlOf(model, path), ...(today ? { today } : {}) })
  }
  for (const [table, value] of Object.entries(model.values)) {
    const known = Object.hasOwn(KNOWN_TABLES, table) ? KNOWN_TABLES[table] : undefined
    if (!known || Object.keys(known.guide).length === 0) {
      add([table])
      continue
    }
    const tables: readonly (readonly [Path, Table])[] = Array.isArray(value)
      ? value.map((row, index) => [[table, index], tableOf(row)] as const)
      : [[[table], tableOf(value)]]
    for (const [path, keys] of tables) {
      for (const key of Object.keys(keys)) {
        const shown = Object.hasOwn(known.guide, key) || (table === 'Env' && key === 'Value')
        if (!shown) add([...path, key], Object.hasOwn(known.today, key) ? known.today[key] : undefined)
      }
    }
  }
  return extras
}

/** The path as findings write it: `Env[0].Name`. */
export function nameOf(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index > 0 ? `.${part}` : part))
    .join('')
}

function valueAt(values: Table, path: Path): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)]
    return Object.hasOwn(tableOf(value), part) ? tableOf(value)[part] : undefined
  }, values)
}

function stateOf(model: FormModel, path: Path, value: unknown): FieldState {
  const { typed } = model
  if (typed && samePath(typed.path, path)) {
    return { text: typed.text, present: true, odd: false, locked: false }
  }
  if (value === undefined) return ABSENT
  if (typeof value === 'string') return { text: value, present: true, odd: false, locked: false }
  const locked = typeof value === 'object' && !(value instanceof Date)
  return { text: tomlOf(model, path), present: true, odd: true, locked }
}

function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index])
}

export function sameState(a: FieldState, b: FieldState): boolean {
  return a.text === b.text && a.present === b.present && a.odd === b.odd && a.locked === b.locked
}

export function sameRow(a: EnvRow, b: EnvRow): boolean {
  return (
    sameState(a.name, b.name) &&
    sameState(a.secret, b.secret) &&
    sameState(a.secretKey, b.secretKey) &&
    sameState(a.value, b.value)
  )
}

const ABSENT: FieldState = { text: '', present: false, odd: false, locked: false }
const SHOWN_LENGTH = 120

/** The TOML of a value on one line; for a table, its header. */
function tomlOf({ source }: FormModel, path: Path): string {
  const place = source.places.at(path)
  const range = place?.value ?? place?.key
  const text = range ? source.text.slice(range.from, Math.min(range.to, range.from + 4 * SHOWN_LENGTH)) : ''
  const line = text.replace(/\s+/g, ' ')
  if (!place?.value) return `[${line}]`
  return line.length > SHOWN_LENGTH ? `${line.slice(0, SHOWN_LENGTH)}…` : line
}
