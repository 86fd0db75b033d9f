/** The input of the rules, and helpers that make findings and fixes. */
import { AppError } from '#shared/errors.ts'
import type { Finding, TextEdit } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { editValue } from '#shared/manifest-text/edit.ts'
import type { Places, TomlDocument } from '#shared/manifest-text/parse.ts'
import { lineBreak, positioner, type Range } from '#shared/manifest-text/text.ts'
import { type EditValue, type Path, type Table, tableOf } from '#shared/manifest-text/values.ts'

export interface ManifestView {
  readonly text: string
  readonly values: Table
  readonly app: Table
  readonly runtime: Table
  /** Known keys that the text writes in another case. */
  readonly recased: readonly Path[]
  /** Absent if the text is too long to locate values; findings then have no range and no fix. */
  readonly places?: Places | undefined
  readonly eol: string
  position(finding: Finding, range: Range): Finding
}

export type Rule = (view: ManifestView) => Finding[]
export type Fix = NonNullable<Finding['fix']>

interface Remark {
  /** Stable name, kebab-case. */
  readonly rule: string
  readonly severity: Finding['severity']
  readonly path: Path
  readonly message: string
  /** The part to underline; the value by default, the key if there is no value. */
  readonly at?: 'key' | 'value'
  readonly fix?: Fix | undefined
}

/** Undefined if the text is not TOML. */
export function viewOf({ text, values, recased = [], places }: TomlDocument): ManifestView | undefined {
  if (!values) return undefined
  return {
    text,
    values,
    app: tableOf(values.App),
    runtime: tableOf(values.Runtime),
    recased,
    places,
    eol: lineBreak(text),
    position: positioner(text)
  }
}

export function remark(view: ManifestView, { rule, severity, path, message, at, fix }: Remark): Finding {
  const finding: Finding = { rule, severity, message, path: pathName(path), ...(fix ? { fix } : {}) }
  const range = rangeAt(view, path, at ?? 'value')
  return range ? view.position(finding, range) : finding
}

/** For example `Env[0].Name`. */
function pathName(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index > 0 ? `.${part}` : part))
    .join('')
}

/** The range of the path, or of the nearest table around it. */
function rangeAt({ places }: ManifestView, path: Path, at: 'key' | 'value'): Range | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const place = places?.at(path.slice(0, depth))
    const range = depth < path.length || at === 'key' ? place?.key : (place?.value ?? place?.key)
    if (range) return range
  }
  return undefined
}

export function setFix(
  view: ManifestView,
  title: string,
  path: Path,
  value: EditValue | undefined
): Fix | undefined {
  return fixOf(title, editsFor(view, path, value))
}

export function renameFix(view: ManifestView, path: Path, name: string): Fix | undefined {
  const range = view.places?.at(path)?.key
  return range && { title: t`Rename to ${name}`, edits: [{ ...range, insert: name }] }
}

/** A fix made of several edits; undefined if one of them is missing, or if two overlap. */
export function fixOf(
  title: string,
  ...parts: readonly (readonly TextEdit[] | undefined)[]
): Fix | undefined {
  const edits: TextEdit[] = []
  for (const part of parts) {
    if (!part) return undefined
    edits.push(...part)
  }
  edits.sort((left, right) => left.from - right.from)
  const overlap = edits.some((edit, index) => index > 0 && (edits[index - 1]?.to ?? 0) > edit.from)
  return overlap || edits.length === 0 ? undefined : { title, edits }
}

/** Undefined if values of the text cannot be located, or if the edit is not possible. */
export function editsFor(
  view: ManifestView,
  path: Path,
  value: EditValue | undefined
): TextEdit[] | undefined {
  const { text, places, eol } = view
  if (!places) return undefined
  try {
    return editValue({ text, places, eol }, path, value)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
