/** Titles that several things have, told apart by the start of their IDs, as the rows of a list are. */

interface Titled {
  readonly id: string
  readonly title: string
}

/** One for each, in their order; those no other one has stay as they are. */
export function distinctTitles(things: readonly Titled[]): readonly string[] {
  const ids = new Map<string, Set<string>>()
  for (const { id, title } of things) ids.set(title, (ids.get(title) ?? new Set()).add(id))
  return things.map(({ id, title }) =>
    (ids.get(title)?.size ?? 0) > 1 ? `${title} · ${id.slice(0, 8)}` : title
  )
}
