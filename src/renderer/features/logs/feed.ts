/** Reads a log by cursor at the pace of whoever shows it: the next page is asked for when the last one is on screen. */
import type { AppError } from '#shared/errors.ts'
import type { LogLine, LogPage } from '#shared/log.ts'
import { pause, retryDelay } from '../../lib/backoff.ts'
import { toAppError } from '../../lib/errors.ts'

export interface FeedQuery {
  readonly cursor?: string
  readonly tail?: number
  readonly waitMs: number
  readonly maxBytes: number
}

export type FeedEvent =
  | { readonly kind: 'lines'; readonly lines: readonly LogLine[] }
  | { readonly kind: 'dropped'; readonly count: number }
  | { readonly kind: 'reconnecting'; readonly error: AppError }
  | { readonly kind: 'reconnected' }
  /** Nothing will follow until the instance is started again. */
  | { readonly kind: 'ended' }
  /** Reading cannot go on: the instance is gone, or may not be read. */
  | { readonly kind: 'failed'; readonly error: AppError }

export interface FeedOptions {
  read(query: FeedQuery, signal: AbortSignal): Promise<LogPage>
  /** Shows one event; the feed waits for it, so a slow screen slows the reading and nothing piles up. */
  show(event: FeedEvent): Promise<void> | void
  /** Told after each page is shown: where to go on from. */
  onCursor?(cursor: string): void
  /** Where an earlier feed of the same log stopped; absent: the last `tail` lines. */
  readonly cursor?: string | undefined
  readonly tail: number
  readonly signal: AbortSignal
  /** Milliseconds before attempt n, for tests. */
  readonly delay?: (attempt: number) => number
}

const WAIT_MS = 20_000
const PAGE_BYTES = 256 * 1024
const LASTING = new Set(['UNAVAILABLE', 'INTERNAL'])

/** Reads until the log ends, fails for good, or the signal aborts. */
export async function runFeed(options: FeedOptions): Promise<void> {
  const { signal, delay = retryDelay } = options
  let { cursor } = options
  let failures = 0
  while (!signal.aborted) {
    let page: LogPage
    try {
      const from = cursor === undefined ? { tail: options.tail } : { cursor }
      page = await options.read({ ...from, waitMs: WAIT_MS, maxBytes: PAGE_BYTES }, signal)
    } catch (thrown) {
      if (signal.aborted) break
      const error = toAppError(thrown, signal)
      if (!LASTING.has(error.code)) {
        await options.show({ kind: 'failed', error })
        break
      }
      if (failures === 0) await options.show({ kind: 'reconnecting', error })
      await pause(delay(failures), signal)
      failures += 1
      continue
    }
    // A page that came too late is not shown: the cursor stays before it, and it is read again.
    if (signal.aborted) break
    if (failures > 0) await options.show({ kind: 'reconnected' })
    failures = 0
    if (page.dropped) await options.show({ kind: 'dropped', count: page.dropped })
    if (page.lines.length > 0) await options.show({ kind: 'lines', lines: page.lines })
    cursor = page.next
    options.onCursor?.(cursor)
    if (page.end) {
      await options.show({ kind: 'ended' })
      break
    }
  }
}
