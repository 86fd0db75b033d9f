/** Lets callers who ask at the same time share one answer, which is never older than their question. */

/** As `work`; whoever calls while it is under way gets the answer of the next one, together with all others who wait. */
export function createSharing<T>(work: () => Promise<T>): () => Promise<T> {
  let going: Promise<T> | undefined
  let next: Promise<T> | undefined

  function begin(): Promise<T> {
    const begun = work().finally(() => {
      if (going === begun) going = undefined
    })
    going = begun
    return begun
  }

  return () => {
    if (!going) return begin()
    next ??= going
      .catch(() => undefined)
      .then(() => {
        next = undefined
        return begin()
      })
    return next
  }
}
