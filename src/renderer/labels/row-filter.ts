/** Filters rows of a list: every word of the filter must be in a row's texts; ignores case. */

/** Calls `textsOf` once per row, however often the rows are filtered: long lists are filtered at every key press. */
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

/** True if every word of the filter is in one of the texts; ignores case. */
export function matchesFilter(filter: string, ...texts: readonly (string | undefined)[]): boolean {
  const all = texts.join('\n').toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => all.includes(word))
}
