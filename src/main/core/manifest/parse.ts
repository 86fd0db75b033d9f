/** Parses a manifest file: its text, its values, and the fields q8s uses. The rules are in check.ts. */
import type { Finding } from '#shared/finding.ts'
import type { EnvEntry, Manifest } from '#shared/manifest.ts'
import { parseToml } from '#shared/manifest-text/parse.ts'
import { isTable, type Table, tableOf } from '#shared/manifest-text/values.ts'

export interface ParsedManifest {
  /** Decoded, with its byte order mark if it has one; empty if the source is not text or is too large. */
  readonly text: string
  /** Present if Name, Version and Module are; optional fields of a wrong type are left out. */
  readonly manifest?: Manifest
  /** Everything in the file, including unknown keys; integers beyond 2^53 are bigint. */
  readonly values?: Record<string, unknown>
  /** Why the text is not valid TOML. */
  readonly findings: Finding[]
}

/** Parses any input without throwing. */
export function parseManifest(source: Uint8Array | string): ParsedManifest {
  const { text, values, findings } = parseToml(source)
  const manifest = values && manifestOf(values)
  return {
    text,
    ...(values ? { values: { ...values } } : {}),
    ...(manifest ? { manifest } : {}),
    findings: [...findings]
  }
}

/** The typed part of a manifest's values; undefined if a required field is missing or is not a text. */
export function manifestOf(values: Table): Manifest | undefined {
  const app = tableOf(values.App)
  const runtime = tableOf(values.Runtime)
  const { Name, Version } = app
  const { Module } = runtime
  if (typeof Name !== 'string' || typeof Version !== 'string' || typeof Module !== 'string') return undefined
  return {
    App: {
      Name,
      Version,
      ...texts(app, ['Title', 'Description', 'Category']),
      ...(isTextList(app.Keywords) ? { Keywords: app.Keywords } : {})
    },
    Runtime: {
      Module,
      ...texts(runtime, ['VolumeMount', 'VolumeSize', 'MemoryLimit', 'MemoryReservation'])
    },
    Env: tablesOf(values.Env).flatMap(envEntry)
  }
}

function tablesOf(value: unknown): readonly Table[] {
  return Array.isArray(value) ? value.filter(isTable) : []
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

function envEntry(row: Table): EnvEntry[] {
  if (typeof row.Name !== 'string') return []
  return [{ Name: row.Name, ...texts(row, ['Secret', 'SecretKey', 'Value']) }]
}

function texts<K extends string>(table: Table, keys: readonly K[]): Partial<Record<K, string>> {
  const result: Partial<Record<K, string>> = {}
  for (const key of keys) {
    const value = table[key]
    if (typeof value === 'string') result[key] = value
  }
  return result
}
