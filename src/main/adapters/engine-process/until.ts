/** Waits for changes that the system has no event for, by checking again and again. */
import { setTimeout as delay } from 'node:timers/promises'

/** Polls, at first quickly: resolves with whether the condition came true in time. */
export async function until(
  condition: () => Promise<boolean>,
  milliseconds: number,
  signal?: AbortSignal
): Promise<boolean> {
  const end = performance.now() + milliseconds
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 250)) {
    if (await condition()) return true
    if (performance.now() > end) return false
    await delay(pause, undefined, signal ? { signal } : {})
  }
}
