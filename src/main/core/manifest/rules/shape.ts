/** Checks required keys, the types of values, and how tables are written. */
import type { AST } from 'toml-eslint-parser'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { KNOWN_TABLES, type ValueType } from '#shared/manifest-text/known-keys.ts'
import { isTable, type Path, tableOf } from '#shared/manifest-text/values.ts'
import { safeName } from './name.ts'
import { type Fix, fixOf, type ManifestView, remark, setFix } from './view.ts'

/** Limit of checked rows in a table; a file with more is probably not a manifest. */
export const MAX_ROWS = 1000

const TYPE_WORDS: Readonly<Record<ValueType, () => string>> = {
  text: () => t`a text in quotes`,
  texts: () => t`a list of texts`,
  number: () => t`a whole number`,
  boolean: () => t`true or false`
}

export function requiredKeys(view: ManifestView): Finding[] {
  const { app, runtime } = view
  const findings: Finding[] = []
  const need = (path: Path, rule: string, what: string, suggestion?: string): void => {
    const title = t`Add ${path[1] ?? ''} = "${suggestion ?? ''}"`
    const fix = suggestion ? setFix(view, title, path, suggestion) : undefined
    findings.push(remark(view, { rule, severity: 'error', path, at: 'key', message: what, fix }))
  }
  if (app.Name === undefined) {
    const suggestion = (typeof app.Title === 'string' && safeName(app.Title.toLowerCase())) || 'my-app'
    need(
      ['App', 'Name'],
      'name-required',
      t`[App] needs a Name: it links the versions of the app together.`,
      suggestion
    )
  }
  if (app.Version === undefined) {
    need(['App', 'Version'], 'version-required', t`[App] needs a Version, such as "0.1.0".`, '0.1.0')
  }
  if (runtime.Module === undefined && !isLink(view)) {
    need(
      ['Runtime', 'Module'],
      'module-required',
      t`[Runtime] needs a Module: the app is started by \`python3 -m Module\`.`
    )
  }
  return findings
}

/** An app of today's H2O AI Cloud that only opens an address: it has no code that could run. */
export function linkApp(view: ManifestView): Finding[] {
  if (!isLink(view)) return []
  const address = tableOf(view.values.Link).Address
  const path = view.app.InstanceLifecycle === 'LINK' ? ['App', 'InstanceLifecycle'] : ['Link']
  const message =
    typeof address === 'string'
      ? t`This is a link app: it only opens ${address}. q8s runs Python apps, so there is nothing to bundle.`
      : t`This is a link app: it only opens an address. q8s runs Python apps, so there is nothing to bundle.`
  return [remark(view, { rule: 'link-app', severity: 'error', path, message })]
}

function isLink({ app, runtime, values }: ManifestView): boolean {
  return runtime.Module === undefined && (app.InstanceLifecycle === 'LINK' || isTable(values.Link))
}

export function tableShapes(view: ManifestView): Finding[] {
  return Object.entries(KNOWN_TABLES).flatMap(([name, { rows }]) => {
    const value = view.values[name]
    if (value === undefined) return []
    const right = rows ? Array.isArray(value) && value.every(isTable) : isTable(value)
    if (right) return []
    const header = rows ? `[[${name}]]` : `[${name}]`
    const message = rows
      ? t`${name} has to be written as one or more tables ${header}.`
      : t`${name} has to be written as one table ${header}.`
    return remark(view, {
      rule: 'table-type',
      severity: 'error',
      path: [name],
      at: 'key',
      message,
      fix: headerFix(view, name, header)
    })
  })
}

/** A fix only if there is exactly one header, so that only its brackets are wrong. */
function headerFix({ places, text }: ManifestView, name: string, header: string): Fix | undefined {
  const headers = places?.headers.filter(table => table.resolvedKey[0] === name) ?? []
  const [only] = headers
  if (headers.length !== 1 || !only || only.key.keys.length !== 1) return undefined
  const from = only.range[0]
  const close = /^\s*\]+/.exec(text.slice(only.key.range[1]))
  if (!close) return undefined
  return {
    title: t`Write ${header}`,
    edits: [{ from, to: only.key.range[1] + close[0].length, insert: header }]
  }
}

export function valueTypes(view: ManifestView): Finding[] {
  return Object.entries(KNOWN_TABLES).flatMap(([name, known]) => {
    const value = view.values[name]
    const tables: [Path, unknown][] = Array.isArray(value)
      ? value.slice(0, MAX_ROWS).map((row, index) => [[name, index], row])
      : [[[name], value]]
    return tables.flatMap(([path, table]) =>
      isTable(table)
        ? [
            ...typed(view, path, table, known.guide, 'error'),
            ...typed(view, path, table, known.today, 'warning')
          ]
        : []
    )
  })
}

function typed(
  view: ManifestView,
  table: Path,
  values: Readonly<Record<string, unknown>>,
  types: Readonly<Record<string, ValueType>>,
  severity: 'error' | 'warning'
): Finding[] {
  return Object.entries(types).flatMap(([key, type]) => {
    const value = values[key]
    if (value === undefined || hasType(value, type)) return []
    const path = [...table, key]
    const message = t`${key} has to be ${TYPE_WORDS[type]()}.`
    return remark(view, { rule: 'value-type', severity, path, message, fix: typeFix(view, path, type) })
  })
}

function hasType(value: unknown, type: ValueType): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string'
    case 'texts':
      return Array.isArray(value) && value.every(item => typeof item === 'string')
    case 'number':
      return typeof value === 'number' && Number.isInteger(value)
    case 'boolean':
      return typeof value === 'boolean'
  }
}

function typeFix(view: ManifestView, path: Path, type: ValueType): Fix | undefined {
  const node = view.places?.at(path)?.node
  if (!node) return undefined
  const replaced = replacement(view.text, node, type)
  if (replaced === undefined) return undefined
  return fixOf(t`Write ${replaced}`, [{ from: node.range[0], to: node.range[1], insert: replaced }])
}

/** The same value in the required type; undefined if it is not obvious. */
function replacement(text: string, node: AST.TOMLContentNode, type: ValueType): string | undefined {
  const source = text.slice(...node.range)
  if (node.type === 'TOMLArray') {
    const scalars = node.elements.every(element => element.type === 'TOMLValue')
    if (type !== 'texts' || !scalars) return undefined
    return `[${node.elements.map(element => quoted(text, element)).join(', ')}]`
  }
  if (node.type !== 'TOMLValue') return undefined
  if (type === 'text') return quoted(text, node)
  if (type === 'texts') {
    const items = node.kind === 'string' ? node.value.split(',').map(item => item.trim()) : [source]
    return `[${items
      .filter(Boolean)
      .map(item => JSON.stringify(item))
      .join(', ')}]`
  }
  if (node.kind !== 'string') return undefined
  const plain = node.value.trim().toLowerCase()
  const fits = type === 'number' ? /^(0|[1-9]\d{0,14})$/.test(plain) : /^(true|false)$/.test(plain)
  return fits ? plain : undefined
}

function quoted(text: string, node: AST.TOMLContentNode): string {
  const source = text.slice(...node.range)
  return node.type === 'TOMLValue' && node.kind === 'string' ? source : `"${source}"`
}
