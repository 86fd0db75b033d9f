/** Reports keys and tables that are not in the guide, with a fix if they seem misspelt or misplaced. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { KNOWN_TABLES } from '#shared/manifest-text/known-keys.ts'
import { isTable, type Path } from '#shared/manifest-text/values.ts'
import { nearest } from '#shared/spelling.ts'
import { MAX_ROWS } from './shape.ts'
import { editsFor, type Fix, fixOf, type ManifestView, remark, renameFix } from './view.ts'

/** Limit of notes on one manifest; a file with more contains data, and the first notes show that. */
const MAX_NOTES = 50

export function unknownRules(view: ManifestView): Finding[] {
  const findings: Finding[] = view.recased.slice(0, MAX_NOTES).map(path => inOtherCase(view, path))
  for (const [name, value] of Object.entries(view.values)) {
    if (findings.length >= MAX_NOTES) break
    const known = Object.hasOwn(KNOWN_TABLES, name) ? KNOWN_TABLES[name] : undefined
    if (!known) {
      findings.push(unknownTop(view, name, value))
      continue
    }
    if (Object.keys(known.guide).length === 0) findings.push(ofToday(view, [name]))
    const tables: [Path, unknown][] = Array.isArray(value)
      ? value.slice(0, MAX_ROWS).map((row, index) => [[name, index], row])
      : [[[name], value]]
    for (const [path, table] of tables) {
      if (isTable(table)) findings.push(...unknownKeys(view, path, table))
    }
  }
  return findings.slice(0, MAX_NOTES)
}

/** q8s accepts another case; the guide's platform may not. */
function inOtherCase(view: ManifestView, path: Path): Finding {
  const name = String(path.at(-1))
  const message =
    path.length === 1
      ? t`The guide writes this section [${name}]. q8s accepts this spelling; other platforms may not.`
      : t`The guide writes this key ${name}. q8s accepts this spelling; other platforms may not.`
  const fix = path.length === 1 ? renameTableFix(view, name, name) : renameFix(view, path, name)
  return remark(view, { rule: 'key-case', severity: 'warning', path, at: 'key', message, fix })
}

function unknownTop(view: ManifestView, name: string, value: unknown): Finding {
  const path = [name]
  const container = typeof value === 'object' && value !== null && !(value instanceof Date)
  const isTableLike = container && (isTable(value) || (Array.isArray(value) && value.some(isTable)))
  const near = isTableLike ? nearest(name, Object.keys(KNOWN_TABLES)) : undefined
  if (near && view.values[near] === undefined) {
    return remark(view, {
      rule: 'table-misspelt',
      severity: 'warning',
      path,
      at: 'key',
      message: t`[${name}] is not known. Did you mean [${near}]?`,
      fix: renameTableFix(view, name, near)
    })
  }
  const home = isTableLike ? undefined : homeOf(name)
  if (home) return misplaced(view, path, home, value)
  const message = isTableLike
    ? t`The section ${name} is not in the guide. It stays in the bundle for the app to read; q8s does
      nothing with it.`
    : t`The key ${name} is not in the guide. It stays in the bundle for the app to read; q8s does nothing
      with it.`
  const rule = isTableLike ? 'table-unknown' : 'key-unknown'
  return remark(view, { rule, severity: 'info', path, at: 'key', message })
}

/** Edits all headers of the table, so that `[app]` and `[app.extra]` are renamed together. */
function renameTableFix(view: ManifestView, name: string, near: string): Fix | undefined {
  const headers = view.places?.headers.filter(header => header.resolvedKey[0] === name) ?? []
  if (headers.length === 0) return renameFix(view, [name], near)
  const edits = headers.flatMap(header => {
    const first = header.key.keys[0]
    return first ? [{ from: first.range[0], to: first.range[1], insert: near }] : []
  })
  return fixOf(t`Rename to ${near}`, edits)
}

function unknownKeys(view: ManifestView, table: Path, values: Readonly<Record<string, unknown>>): Finding[] {
  const top = String(table[0])
  const known = KNOWN_TABLES[top]
  const names = [...Object.keys(known?.guide ?? {}), ...Object.keys(known?.today ?? {})]
  return Object.entries(values)
    .filter(([key]) => !Object.hasOwn(known?.guide ?? {}, key))
    .slice(0, MAX_NOTES)
    .map(([key, value]) => {
      const path = [...table, key]
      if (Object.hasOwn(known?.today ?? {}, key)) return ofToday(view, path)
      const near = nearest(key, names)
      if (near && values[near] === undefined) {
        const message = t`${key} is not known. Did you mean ${near}?`
        const fix = renameFix(view, path, near)
        return remark(view, { rule: 'key-misspelt', severity: 'warning', path, at: 'key', message, fix })
      }
      const home = homeOf(key)
      if (home && home !== top) return misplaced(view, path, home, value)
      const message = t`${key} is not in the guide. It stays in the bundle for the app to read; q8s does
        nothing with it.`
      return remark(view, { rule: 'key-unknown', severity: 'info', path, at: 'key', message })
    })
}

/** The single table of the guide, App or Runtime, that this key belongs to. */
function homeOf(key: string): string | undefined {
  return ['App', 'Runtime'].find(table => Object.hasOwn(KNOWN_TABLES[table]?.guide ?? {}, key))
}

function misplaced(view: ManifestView, path: Path, home: string, value: unknown): Finding {
  const key = String(path.at(-1))
  const target = [home, key]
  const there = view.values[home]
  const free = !isTable(there) || there[key] === undefined
  const moved = typeof value === 'string' && free ? editsFor(view, target, value) : undefined
  return remark(view, {
    rule: 'key-misplaced',
    severity: 'warning',
    path,
    at: 'key',
    message: t`${key} belongs in [${home}]; here it has no effect.`,
    fix: moved && fixOf(t`Move it to [${home}]`, editsFor(view, path, undefined), moved)
  })
}

function ofToday(view: ManifestView, path: Path): Finding {
  const name = String(path.at(-1))
  const message =
    path[0] === 'Env' && name === 'Value'
      ? t`Value is not in the guide, but in today's app.toml: the variable gets this text, which everyone
        who has the bundle can read.`
      : path.length === 1
        ? t`The section ${name} is not in the guide, but in today's app.toml of H2O AI Cloud. It is kept;
          q8s does not act on it.`
        : t`${name} is not in the guide, but in today's app.toml of H2O AI Cloud. It is kept; q8s does
          not act on it.`
  return remark(view, { rule: 'key-today', severity: 'info', path, at: 'key', message })
}
