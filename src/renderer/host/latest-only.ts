/** Sends frequent changes: only the newest, one at a time, and immediately when the page closes. */
import { pause } from './backoff.ts'
import { toAppError } from './errors.ts'

const PAUSE_MS = 250
const RETRY_MS = 2_000

/**
 * Sends the first value at once. Values that arrive while one is being sent wait, and only the newest is sent next.
 * While the host cannot be reached, it retries; any other failure goes to `failed`, and that value is dropped.
 */
export function latestOnly<T>(
  send: (value: T) => Promise<unknown>,
  failed: (error: unknown) => void = error => console.error(error)
): (value: T) => void {
  let pending: { readonly value: T } | undefined
  let sending = false
  async function sendNext(): Promise<void> {
    const next = pending
    pending = undefined
    if (!next) return
    try {
      await send(next.value)
      await pause(PAUSE_MS)
    } catch (error) {
      if (toAppError(error).code !== 'UNAVAILABLE') return failed(error)
      pending ??= next
      await pause(RETRY_MS)
    }
  }
  async function drain(): Promise<void> {
    sending = true
    while (pending) await sendNext()
    sending = false
  }
  globalThis.addEventListener?.('pagehide', () => void sendNext())
  return value => {
    pending = { value }
    if (!sending) void drain()
  }
}
