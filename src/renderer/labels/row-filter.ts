/** The rows of a list that have every word of a filter, in whatever they say; case does not matter. */

/** `textsOf` is asked once of each row, however often the rows are looked through: long lists are, at every key. */
export function rowFilter<T extends object>(textsOf: (row: T) => readonly (string | undefined)[]) {
  const known = new WeakMap<T, string>()
  const textOf = (row: T) => {
    const text = known.get(row) ?? textsOf(row).join('\n').toLowerCase()
    known.set(row, text)
    return text
  }
  return (rows: readonly T[], filter: string): readonly T[] => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
    return words.length === 0 ? rows : rows.filter(row => words.every(word => textOf(row).includes(word)))
  }
}

/** True where every word of the filter is in one of the texts; case does not matter. */
export function matchesFilter(filter: string, ...texts: readonly (string | undefined)[]): boolean {
  const all = texts.join('\n').toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => all.includes(word))
}
