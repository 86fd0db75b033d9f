/** Queues of work: they limit how many tasks run at once and keep the others in order. */

/**
 * Runs the work when there is room. Rejects with the signal's reason if it aborts before the work starts; started work
 * continues. Calls `onWait` if the work cannot start at once.
 */
export type Queue = <T>(work: () => Promise<T>, signal?: AbortSignal, onWait?: () => void) => Promise<T>

/** Runs at most `bound` tasks at once; the others start in the order they were added. */
export function createQueue(bound: number): Queue {
  let running = 0
  const waiting = new Set<() => void>()

  const turn = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        waiting.delete(begin)
        reject(signal?.reason)
      }
      waiting.add(begin)
      signal?.addEventListener('abort', leave, { once: true })
    })

  return async (work, signal, onWait) => {
    signal?.throwIfAborted()
    if (running < bound) running++
    else {
      onWait?.()
      await turn(signal)
    }
    try {
      return await work()
    } finally {
      // The next task takes this one's place.
      const [next] = waiting
      if (next) {
        waiting.delete(next)
        next()
      } else running--
    }
  }
}

/** Runs tasks with the same key one at a time, in the order they were added. */
export function createKeyedQueue() {
  const queues = new Map<string, { readonly queue: Queue; users: number }>()
  return async <T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const known = queues.get(key) ?? { queue: createQueue(1), users: 0 }
    queues.set(key, known)
    known.users++
    try {
      return await known.queue(work, signal)
    } finally {
      known.users--
      if (known.users === 0) queues.delete(key)
    }
  }
}

/**
 * Results in the order of the items. At most `bound` items are processed at once; the first failure is thrown at once.
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  bound: number,
  work: (item: T) => Promise<R>
): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(bound, items.length) }, worker))
  return results
}

/** Waits for the work, but throws the signal's reason as soon as it aborts. The work itself continues. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let stop = () => {}
  const abort = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, abort])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
