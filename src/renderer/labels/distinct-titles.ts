/** Makes equal titles distinct by adding the start of the ID, as the rows of a list do. */

interface Titled {
  readonly id: string
  readonly title: string
}

/** A title for each, in the same order; unique titles stay as they are. */
export function distinctTitles(things: readonly Titled[]): readonly string[] {
  const ids = new Map<string, Set<string>>()
  for (const { id, title } of things) ids.set(title, (ids.get(title) ?? new Set()).add(id))
  return things.map(({ id, title }) =>
    (ids.get(title)?.size ?? 0) > 1 ? `${title} · ${id.slice(0, 8)}` : title
  )
}
