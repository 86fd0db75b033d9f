/** Queues of work: how many pieces go on at once, and in which order the others wait. */

/**
 * Runs the work once it may begin. Rejects with the signal's reason when it aborts before; work that has begun goes on.
 * `onWait` is called when the work cannot begin at once.
 */
export type Queue = <T>(work: () => Promise<T>, signal?: AbortSignal, onWait?: () => void) => Promise<T>

/** At most `bound` pieces of work go on at once; the others begin in the order they were asked for. */
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
      // The next takes over the place of this one.
      const [next] = waiting
      if (next) {
        waiting.delete(next)
        next()
      } else running--
    }
  }
}

/** Work on the same thing, which the key names, goes on one piece at a time, in the order it was asked for. */
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

/** Results in the order of the items, of which `bound` are worked on at once; the first failure is thrown at once. */
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

/** Waits until the signal aborts at the latest, which throws its reason; the work goes on. */
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
