/** Waits for changes without a system event, by checking repeatedly. */
import { setTimeout as delay } from 'node:timers/promises'

/** Polls, quickly at first. Resolves with whether the condition became true in time. */
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
