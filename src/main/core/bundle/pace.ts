/** Lets long synchronous work pause every few milliseconds, so that other work on the same thread can run. */
import { setImmediate } from 'node:timers/promises'

/** Milliseconds of work between two pauses. */
const SLICE = 8

/**
 * Call the result between steps: it returns undefined while there is time left, else a promise to await. It throws, or
 * rejects, with the signal's reason once that has aborted.
 */
export function createPace(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let until = performance.now() + SLICE
  return () => {
    if (performance.now() < until) return undefined
    return setImmediate().then(() => {
      signal?.throwIfAborted()
      until = performance.now() + SLICE
    })
  }
}
