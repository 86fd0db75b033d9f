/** What the watches of the local platform give out: a stream that ends at once, whoever ends it. */
import { AsyncIteratorClass } from '@orpc/contract'
import type { LocalContext } from './context.ts'

export type Stream<T> = AsyncIteratorClass<T, void, void>

/**
 * What `begin` yields until `signal` aborts, the listener returns or the platform is closed: its own signal aborts
 * then, also while the listener waits for what comes next. Begins when it is first listened to.
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
