/** The stream type of the local platform's watches: it ends at once, no matter which side ends it. */
import { AsyncIteratorClass } from '@orpc/contract'
import type { LocalContext } from './context.ts'

export type Stream<T> = AsyncIteratorClass<T, void, void>

/**
 * Yields the items of `begin` until `signal` aborts, the listener returns or the platform is closed. `begin` gets a
 * signal that aborts in each case, even while the listener waits for the next item. Starts at the first read.
 */
export function createStream<T>(
  { closed }: Pick<LocalContext, 'closed'>,
  signal: AbortSignal | undefined,
  begin: (signal: AbortSignal) => AsyncGenerator<T, void, void>
): Stream<T> {
  const returned = new AbortController()
  const ended = AbortSignal.any([...(signal ? [signal] : []), closed, returned.signal])
  const items = begin(ended)
  const next = () =>
    items.next().catch(error => {
      if (ended.aborted) return { done: true as const, value: undefined }
      throw error
    })
  return new AsyncIteratorClass(next, async () => {
    returned.abort()
    await items.return()
  })
}
