/** Checks [[Env]]: names are valid and unique, and each variable has exactly one source. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { isTable, type Path } from '#shared/manifest-text/values.ts'
import { SecretKey, SecretName } from '#shared/secret.ts'
import { MAX_ROWS } from './shape.ts'
import { type ManifestView, remark, setFix } from './view.ts'

type Row = Readonly<Record<string, unknown>>

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/
/** A prefix that the guide forbids. */
const RESERVED = 'Q8S'
/** Variables that the launcher sets itself, and that today's platform refuses. */
const PLATFORM =
  /^(H2O_WAVE_(LISTEN|ADDRESS|APP_ADDRESS|INTERNAL_ADDRESS|EXTERNAL_ADDRESS|BASE_URL|ACCESS_KEY_(ID|SECRET))|H2O_CLOUD.*|PORT|PATH|PYTHONHOME|VIRTUAL_ENV|LD_PRELOAD)$/

export function envRules(view: ManifestView): Finding[] {
  const rows = view.values.Env
  if (!Array.isArray(rows)) return []
  if (rows.length > MAX_ROWS) {
    const message = t`There are ${rows.length} [[Env]] rows; at most ${MAX_ROWS} are allowed.`
    return [remark(view, { rule: 'env-too-many', severity: 'error', path: ['Env'], at: 'key', message })]
  }
  const names = rows.map(row => (isTable(row) ? row.Name : undefined))
  return rows.flatMap((row, index) => {
    if (!isTable(row)) return []
    return [...nameRules(view, names, index), ...sourceRules(view, row, index)]
  })
}

function nameRules(view: ManifestView, names: readonly unknown[], index: number): Finding[] {
  const name = names[index]
  const path = ['Env', index, 'Name']
  if (name === undefined) {
    const message = t`This [[Env]] row needs a Name: that of the environment variable.`
    return [remark(view, { rule: 'env-name-required', severity: 'error', path, message })]
  }
  if (typeof name !== 'string') return []
  const fixTo = (better: string) =>
    setFix(view, t`Use "${unique(better, names)}"`, path, unique(better, names))
  if (name.toUpperCase().startsWith(RESERVED)) {
    const message = t`Environment variables beginning with ${RESERVED} belong to the platform, and
      "${name}" is refused.`
    const fix = fixTo(identifier(name.slice(RESERVED.length).replace(/^_+/, '')) || 'APP_VARIABLE')
    return [remark(view, { rule: 'env-name-reserved', severity: 'error', path, message, fix })]
  }
  if (!IDENTIFIER.test(name)) {
    const message = t`"${name}" cannot name an environment variable: letters, digits and "_", no digit first.`
    const better = identifier(name)
    const fix = better ? fixTo(better) : undefined
    return [remark(view, { rule: 'env-name', severity: 'error', path, message, fix })]
  }
  const first = names.indexOf(name)
  if (first < index) {
    const message = t`Row ${first + 1} already sets "${name}"; a variable has one value.`
    const fix = setFix(view, t`Remove this row`, ['Env', index], undefined)
    return [remark(view, { rule: 'env-name-duplicate', severity: 'error', path, message, fix })]
  }
  if (!PLATFORM.test(name)) return []
  const message = t`"${name}" is set by the platform itself: a value given here is ignored, refused or
    breaks the app.`
  return [remark(view, { rule: 'env-name-platform', severity: 'warning', path, message })]
}

function sourceRules(view: ManifestView, row: Row, index: number): Finding[] {
  const path = ['Env', index]
  const { Secret: secret, SecretKey: key, Value: value } = row
  if (value !== undefined && (secret !== undefined || key !== undefined)) {
    const message = t`Value and Secret exclude each other: the variable has one source.`
    const fix = setFix(view, t`Remove Value`, [...path, 'Value'], undefined)
    return [
      remark(view, {
        rule: 'env-value-exclusive',
        severity: 'error',
        path: [...path, 'Value'],
        at: 'key',
        message,
        fix
      })
    ]
  }
  if (value === undefined && secret === undefined && key === undefined) {
    const message = t`This row sets nothing: give it a Secret and a SecretKey.`
    const fix = setFix(view, t`Remove this row`, path, undefined)
    return [remark(view, { rule: 'env-unused', severity: 'warning', path, message, fix })]
  }
  if (secret !== undefined && key === undefined) {
    const suggestion =
      typeof row.Name === 'string' && SecretKey.safeParse(row.Name).success ? row.Name : 'value'
    const message = t`Secret needs a SecretKey: the key of the secret to use.`
    const fix = setFix(view, t`Add SecretKey = "${suggestion}"`, [...path, 'SecretKey'], suggestion)
    return [
      remark(view, {
        rule: 'env-secret-incomplete',
        severity: 'error',
        path: [...path, 'Secret'],
        at: 'key',
        message,
        fix
      })
    ]
  }
  if (secret === undefined && key !== undefined) {
    const message = t`SecretKey needs a Secret: the secret that has the key.`
    return [
      remark(view, {
        rule: 'env-secret-incomplete',
        severity: 'error',
        path: [...path, 'SecretKey'],
        at: 'key',
        message
      })
    ]
  }
  return secretNames(view, row, path)
}

function secretNames(view: ManifestView, row: Row, path: Path): Finding[] {
  const findings: Finding[] = []
  if (typeof row.Secret === 'string' && !SecretName.safeParse(row.Secret).success) {
    const message = t`No secret can have this name: letters, digits, "-", "_" and ".", at most 63.`
    findings.push(
      remark(view, { rule: 'env-secret-name', severity: 'warning', path: [...path, 'Secret'], message })
    )
  }
  if (typeof row.SecretKey === 'string' && !SecretKey.safeParse(row.SecretKey).success) {
    const message = t`No secret can have this key: letters, digits, "-", "_" and ".", at most 253.`
    findings.push(
      remark(view, { rule: 'env-secret-key', severity: 'warning', path: [...path, 'SecretKey'], message })
    )
  }
  return findings
}

/** The name as a valid identifier; empty if no character of it can be kept. */
function identifier(name: string): string {
  const kept = name.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_')
  return /[A-Za-z0-9]/.test(kept) && !kept.toUpperCase().startsWith(RESERVED) ? kept : ''
}

function unique(name: string, names: readonly unknown[]): string {
  let candidate = name
  for (let number = 2; names.includes(candidate); number++) candidate = `${name}_${number}`
  return candidate
}
