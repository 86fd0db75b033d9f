/** Lets work go on one piece at a time, in the order it was asked for; what waits can be cancelled. */
import type { JobContext } from '../jobs/jobs.ts'

export type InTurn = <T>(job: Pick<JobContext, 'signal' | 'stage'>, work: () => Promise<T>) => Promise<T>

/** A job that has to wait says so as its stage. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  return async function inTurn<T>(job: Pick<JobContext, 'signal' | 'stage'>, work: () => Promise<T>) {
    const before = last
    let leave = () => {}
    const mine = new Promise<void>(resolve => {
      leave = resolve
    })
    // A cancelled one leaves the queue only once those before it are done.
    last = before.then(() => mine)
    waiting += 1
    if (waiting > 1) job.stage({ code: 'queued' })
    try {
      await unlessAborted(before, job.signal)
      return await work()
    } finally {
      waiting -= 1
      leave()
    }
  }
}

export type InOrder = <T>(key: string, work: () => Promise<T>, signal?: AbortSignal) => Promise<T>

/**
 * Work on the same thing, which the key names, one piece at a time and in the order it was asked for, whatever came of
 * the piece before. `signal` ends the wait only.
 */
export function createOrder(): InOrder {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work, signal) => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = (signal ? unlessAborted(before, signal) : before).then(work)
    // One that gave up waiting leaves the queue only once those before it are done.
    const settled = Promise.allSettled([before, mine])
    last.set(key, settled)
    try {
      return await mine
    } finally {
      if (last.get(key) === settled) last.delete(key)
    }
  }
}

/** Waits, but no longer than until the signal aborts, which throws its reason; what is waited for goes on. */
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
