/** Lets simultaneous callers share one answer, which is never older than their call. */

/**
 * Returns `work`, shared: a call during a run waits for the next run, and gets its answer together with all other
 * waiting calls.
 */
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
