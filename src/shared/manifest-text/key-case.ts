/** Reads the manifest's known tables and keys in any case: `[app]` with `name` is [App] with Name. */
import { KNOWN_TABLES } from './known-keys.ts'
import type { Path } from './places.ts'
import { isTable, type Table } from './tables.ts'

export interface InKnownCase {
  readonly values: Table
  /** The keys that were written in another case, by their paths in the known one. */
  readonly recased: readonly Path[]
  /** The known spelling of a key below a path in the known case; the key itself where it is the right one, or unknown. */
  nameAt(parent: Path, key: string): string
}

/** A key that is there in the known case, too, keeps its own. */
export function inKnownCase(written: Table): InKnownCase {
  const names = new Map<string, string>()
  const recased: Path[] = []
  const rename = (table: Table, parent: Path, known: readonly string[]): Table => {
    const taken = new Set<string>()
    const renamed = Object.entries(table).map(([key, value]): [string, unknown] => {
      const name = known.find(each => each.toLowerCase() === key.toLowerCase())
      if (name === undefined || name === key || Object.hasOwn(table, name)) return [key, value]
      // Of two that differ in case only, the first one counts.
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
