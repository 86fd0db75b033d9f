/** The manifest's known keys, from the guide and today's app.toml: their order, and their spelling in any case. */
import { isTable, type Path, type Table } from './values.ts'

export type ValueType = 'text' | 'texts' | 'number' | 'boolean'

interface KnownTable {
  /** Written `[[Name]]`. */
  readonly rows: boolean
  readonly guide: Readonly<Record<string, ValueType>>
  readonly today: Readonly<Record<string, ValueType>>
}

/** The tables of the guide's q-app.toml, and those added by today's app.toml of H2O AI Cloud. */
export const KNOWN_TABLES: Readonly<Record<string, KnownTable>> = {
  App: {
    rows: false,
    guide: {
      Name: 'text',
      Version: 'text',
      Title: 'text',
      Description: 'text',
      Category: 'text',
      Keywords: 'texts'
    },
    today: { LongDescription: 'text', Tags: 'texts', InstanceLifecycle: 'text', InstanceTimeout: 'text' }
  },
  Runtime: {
    rows: false,
    guide: {
      Module: 'text',
      VolumeMount: 'text',
      VolumeSize: 'text',
      MemoryLimit: 'text',
      MemoryReservation: 'text'
    },
    today: {
      RuntimeVersion: 'text',
      ResourceVolumeSize: 'text',
      CPULimit: 'text',
      CPUReservation: 'text',
      GPUCount: 'number',
      GPUType: 'text',
      EnableOIDC: 'boolean',
      EnableSHM: 'boolean',
      RoutingMode: 'text',
      AppMode: 'text',
      Port: 'number',
      CustomImage: 'text',
      AppArgs: 'texts',
      AppEntryPoint: 'texts'
    }
  },
  Env: {
    rows: true,
    guide: { Name: 'text', Secret: 'text', SecretKey: 'text' },
    today: { Value: 'text', Optional: 'boolean' }
  },
  File: {
    rows: true,
    guide: {},
    today: { Path: 'text', Secret: 'text', SecretKey: 'text', Value: 'text', Optional: 'boolean' }
  },
  Link: { rows: false, guide: {}, today: { Address: 'text' } }
}

/** The order in which the guide writes keys; a new key is inserted in that order. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  App: ['Name', 'Version', 'Title', 'Description', 'LongDescription', 'Category', 'Keywords', 'Tags'],
  Runtime: ['Module', 'VolumeMount', 'VolumeSize', 'MemoryLimit', 'MemoryReservation'],
  Env: ['Name', 'Secret', 'SecretKey', 'Value']
}

/** The `existing` key that a new key goes after; `first` if it goes before them all. */
export function neighbour(
  table: string | number | undefined,
  key: string,
  existing: readonly string[]
): string | 'first' | undefined {
  const order = KEYS[String(table)] ?? []
  const own = order.indexOf(key)
  if (own < 0) return existing.at(-1)
  const before = order.slice(0, own).findLast(name => existing.includes(name))
  if (before) return before
  return existing.some(name => order.includes(name)) ? 'first' : existing.at(-1)
}

interface InKnownCase {
  readonly values: Table
  /** Paths, in known case, of the keys that the text writes in another case. */
  readonly recased: readonly Path[]
  /** The known spelling of a key below a path in known case; the key itself if it is spelt so already, or unknown. */
  nameAt(parent: Path, key: string): string
}

/**
 * Reads known tables and keys in any case: `[app]` with `name` is [App] with Name. A key stays as it is if the text
 * also has it in the known case.
 */
export function inKnownCase(written: Table): InKnownCase {
  const names = new Map<string, string>()
  const recased: Path[] = []
  const rename = (table: Table, parent: Path, known: readonly string[]): Table => {
    const taken = new Set<string>()
    const renamed = Object.entries(table).map(([key, value]): [string, unknown] => {
      const name = known.find(each => each.toLowerCase() === key.toLowerCase())
      if (name === undefined || name === key || Object.hasOwn(table, name)) return [key, value]
      // If two keys differ only in case, the first one counts.
      if (taken.has(name)) return [key, value]
      taken.add(name)
      names.set(slotOf(parent, key), name)
      recased.push([...parent, name])
      return [name, value]
    })
    return Object.fromEntries(renamed)
  }
  const values = rename(written, [], Object.keys(KNOWN_TABLES))
  const result = Object.entries(values).map(([name, value]): [string, unknown] => {
    const known = Object.hasOwn(KNOWN_TABLES, name) ? KNOWN_TABLES[name] : undefined
    if (!known) return [name, value]
    const keys = [...Object.keys(known.guide), ...Object.keys(known.today)]
    if (isTable(value)) return [name, rename(value, [name], keys)]
    if (!Array.isArray(value)) return [name, value]
    return [name, value.map((row, index) => (isTable(row) ? rename(row, [name, index], keys) : row))]
  })
  return {
    values: Object.fromEntries(result),
    recased,
    nameAt: (parent, key) => names.get(slotOf(parent, key)) ?? key
  }
}

function slotOf(parent: Path, key: string): string {
  return JSON.stringify([...parent, key])
}
