/** Choosing rows of a list: one by one, by a range from the last one, or all shown rows. */

export type Ids = ReadonlySet<string>

export function toggled(chosen: Ids, id: string): Ids {
  const next = new Set(chosen)
  if (!next.delete(id)) next.add(id)
  return next
}

/** Adds all rows between two rows, in the shown order. If the first is not shown, adds only the second. */
export function withRange(chosen: Ids, shown: readonly string[], from: string | undefined, to: string): Ids {
  const end = shown.indexOf(to)
  const begin = from === undefined ? end : shown.indexOf(from)
  if (end < 0) return chosen
  const [low, high] = begin < 0 ? [end, end] : [Math.min(begin, end), Math.max(begin, end)]
  return new Set([...chosen, ...shown.slice(low, high + 1)])
}

export type HowMany = 'none' | 'some' | 'all'

/** Whether none, some or all of the shown rows are chosen. */
export function howMany(chosen: Ids, shown: readonly string[]): HowMany {
  if (chosen.size === 0 || shown.length === 0) return 'none'
  const count = shown.reduce((sum, id) => sum + Number(chosen.has(id)), 0)
  return count === 0 ? 'none' : count === shown.length ? 'all' : 'some'
}

/** Adds all shown rows, or removes them if all are chosen; other rows stay as they are. */
export function allToggled(chosen: Ids, shown: readonly string[]): Ids {
  const next = new Set(chosen)
  const out = howMany(chosen, shown) === 'all'
  for (const id of shown) {
    if (out) next.delete(id)
    else next.add(id)
  }
  return next
}
