/** Follows a stream of the host until stopped: if the stream breaks, opens it again after a growing pause. */
import type { AppError } from '#shared/errors.ts'
import { pause, retryDelay } from './backoff.ts'
import type { Host } from './client.ts'
import { toAppError } from './errors.ts'

export interface Followed<T> {
  readonly open: () => Promise<AsyncIterable<T>>
  /** Called when the stream is open, before its first event. */
  readonly opened?: () => void
  /** Called for each event; `first` after each opening. If it returns a promise, the next event waits for it. */
  readonly each: (event: T, first: boolean) => unknown
  /** Called when the stream broke or could not be opened; it is tried again soon. */
  readonly failed?: (error: AppError) => void
}

/** Resolves when the signal is aborted; never rejects. */
export async function follow<T>(
  { connection }: Pick<Host, 'connection'>,
  signal: AbortSignal,
  stream: Followed<T>
): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    await connection.whenUp(signal)
    if (signal.aborted) return
    try {
      const events = await stream.open()
      stream.opened?.()
      let first = true
      for await (const event of events) {
        attempt = 0
        await stream.each(event, first)
        first = false
      }
    } catch (error) {
      if (!signal.aborted) stream.failed?.(toAppError(error, signal))
    }
    await pause(retryDelay(attempt), signal)
  }
}
