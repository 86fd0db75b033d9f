/** How long to wait before trying again: 1 s doubling to 30 s, with jitter so that windows do not all retry at once. */

const FIRST_MS = 1_000
const LAST_MS = 30_000

/** Milliseconds before attempt number `attempt` (from 0); between half the doubled time and all of it. */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(attempt, 10))
  return Math.max(FIRST_MS, Math.round(whole / 2 + (whole / 2) * random()))
}

/** Resolves after `ms`, or at once when the signal is aborted; never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}
