/** Limits what one client may have in progress at a host: more calls wait for their turn, more watches are refused. */
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

/** Calls of one client that run at the same time: each may hold an answer in memory. */
const MAX_RUNNING = 32
/** Milliseconds after which a call makes room for another: a long poll only waits for an event. */
const LONG_MS = 1_000
/** Unanswered calls of one client: running, waiting for their turn, or long. */
const MAX_CALLS = 1_000
/** Event streams that one client may listen to at the same time. */
const MAX_WATCHES = 100

/** Whether a client reads the answers it asked for. */
export interface Flow {
  /** True if it has so much unread data that no other call of it should begin. */
  isFull(): boolean
  /** Calls the listener when the client has read enough. */
  onDrain(listener: () => void): void
}

/** The flow of a transport that accepts everything at once. */
export const FREE_FLOW: Flow = { isFull: () => false, onDrain: () => undefined }

export interface Limits {
  /** Runs a call in its turn. UNAVAILABLE if too many are unanswered; throws the signal's reason if it aborts. */
  call<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /**
   * The same events, counted as one watch until they end. The first `next` throws UNAVAILABLE if there are too many.
   */
  watch<T>(events: AsyncIterable<T>): AsyncGenerator<T>
}

/** Limits for one client. */
export function createLimits(flow: Flow): Limits {
  const waiting = new Set<() => void>()
  let calls = 0
  let running = 0
  let watches = 0

  const mayBegin = () => running < MAX_RUNNING && !flow.isFull()

  function beginWaiting() {
    for (const begin of waiting) {
      if (!mayBegin()) return
      waiting.delete(begin)
      running += 1
      begin()
    }
  }

  async function turn(signal: AbortSignal | undefined): Promise<void> {
    if (waiting.size === 0 && mayBegin()) {
      running += 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener('abort', aborted)
        resolve()
      }
      const aborted = () => {
        waiting.delete(begin)
        reject(signal?.reason)
      }
      waiting.add(begin)
      signal?.addEventListener('abort', aborted, { once: true })
    })
  }

  /** Runs a call that counts as running; a long call stops counting, so that another can begin. */
  async function untilLong<T>(work: () => Promise<T>): Promise<T> {
    let isIn = true
    const leave = () => {
      if (isIn) running -= 1
      isIn = false
      beginWaiting()
    }
    const timer = setTimeout(leave, LONG_MS)
    try {
      return await work()
    } finally {
      clearTimeout(timer)
      leave()
    }
  }

  flow.onDrain(beginWaiting)
  return {
    async call(work, signal) {
      if (calls >= MAX_CALLS) throw tooManyCalls()
      calls += 1
      try {
        await turn(signal)
        return await untilLong(work)
      } finally {
        calls -= 1
      }
    },
    async *watch(events) {
      // Counted only here: a generator that never begins also never ends.
      if (watches >= MAX_WATCHES) throw tooManyWatches()
      watches += 1
      try {
        yield* events
      } finally {
        watches -= 1
      }
    }
  }
}

function tooManyCalls(): AppError {
  const message = t`The window asks for too much at once: ${MAX_CALLS} calls are not answered yet.`
  return new AppError(
    'UNAVAILABLE',
    message,
    t`Wait a moment, then try again. If it stays so, reload the window.`
  )
}

function tooManyWatches(): AppError {
  const message = t`The window watches too much at once: ${MAX_WATCHES} files and lists.`
  return new AppError('UNAVAILABLE', message, t`Reload the window, then try again.`)
}
