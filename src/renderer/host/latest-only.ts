/** Sends what changes often: the newest only, one at a time, and at once when the page goes away. */
import { pause } from './backoff.ts'
import { toAppError } from './errors.ts'

const PAUSE_MS = 250
const RETRY_MS = 2_000

/**
 * The first goes at once; what comes while it is sent waits, and only the newest of it is sent next. While the host
 * cannot be reached it is sent again and again; any other failure is handed to `failed` and ends that one.
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
