/** Lets long synchronous work give way: others of the same thread get their turn every few milliseconds. */
import { setImmediate } from 'node:timers/promises'

/** Milliseconds of work between two turns. */
const SLICE = 8

/**
 * Called between steps: undefined while there is time left, else a promise to be awaited. Throws, or rejects, with
 * the signal's reason once it has aborted.
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
