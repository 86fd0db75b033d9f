/** The order the guide writes tables and keys in: where an edit puts a new one. */

const KEYS: Readonly<Record<string, readonly string[]>> = {
  App: ['Name', 'Version', 'Title', 'Description', 'LongDescription', 'Category', 'Keywords', 'Tags'],
  Runtime: ['Module', 'VolumeMount', 'VolumeSize', 'MemoryLimit', 'MemoryReservation'],
  Env: ['Name', 'Secret', 'SecretKey', 'Value']
}

/** Of `existing` keys of a table, the one a new key goes after; `first` where it goes before them all. */
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
