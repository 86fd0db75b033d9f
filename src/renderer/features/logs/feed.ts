/** Reads a log by cursor at the pace of its view: the next page is requested when the last one is on screen. */
import type { AppError } from '#shared/errors.ts'
import type { LogPage } from '#shared/log.ts'
import { pause, retryDelay } from '../../host/backoff.ts'
import { toAppError } from '../../host/errors.ts'
import { nextFrame } from '../../window/next-frame.ts'
import { createTurns } from './turns.ts'

/** Where a feed begins: behind a cursor, with the last lines, or at a line's number. */
export type FeedStart = { readonly cursor: string } | { readonly tail: number } | { readonly line: number }

export type FeedQuery = Partial<Record<'cursor' | 'before', string>> &
  Partial<Record<'tail' | 'line', number>> & { readonly waitMs: number; readonly maxBytes: number }

export type FeedEvent =
  | { readonly kind: 'page'; readonly page: LogPage }
  | { readonly kind: 'reconnecting'; readonly error: AppError }
  | { readonly kind: 'reconnected' }
  /** No more lines come until the instance is started again. */
  | { readonly kind: 'ended'; readonly endedAt?: string | undefined }
  /** Reading cannot continue: the instance is gone, or the user may not read it. */
  | { readonly kind: 'failed'; readonly error: AppError }

export interface FeedOptions {
  read(query: FeedQuery, signal: AbortSignal): Promise<LogPage>
  /** Shows one event; the feed waits for it, so a slow screen slows the reading and nothing piles up. */
  show(event: FeedEvent): Promise<void> | void
  /** Awaited before each read, so that a view with enough lines can pause the feed. */
  whenWanted?(signal: AbortSignal): Promise<void>
  readonly start: FeedStart
  readonly signal: AbortSignal
  /** Milliseconds before attempt n, for tests. */
  readonly delay?: (attempt: number) => number
  /** Resolves when it is this feed's turn, for tests. */
  readonly frame?: () => Promise<void>
}

/** Milliseconds after a frame in which further pages are read; a later page waits for the next frame. */
const READ_MS = 100
const WAIT_MS = 20_000
export const PAGE_BYTES = 256 * 1024
/** Page size for a log that is behind: larger pages need fewer round trips to the host. */
const FLOOD_PAGE_BYTES = 1024 * 1024
const LASTING = new Set(['UNAVAILABLE', 'INTERNAL'])

/** Two feeds continue per frame: with more logs, each is read less often, but more at a time. */
const turns = createTurns(2, run => void nextFrame().then(() => run(performance.now())))
const nextTurn = () => new Promise<void>(resolve => turns.ask(() => resolve()))

type Answer = { readonly page: LogPage } | { readonly thrown: unknown }

/** Reads until the log ends, fails for good, or the signal aborts. */
export async function runFeed(options: FeedOptions): Promise<void> {
  const { signal, delay = retryDelay, frame = nextTurn } = options
  const ask = (maxBytes: number): Promise<Answer> =>
    options.read({ ...from, waitMs: WAIT_MS, maxBytes }, signal).then(
      page => ({ page }),
      thrown => ({ thrown })
    )
  /** The next page, requested while the last one is being shown. */
  let ahead: Promise<Answer> | undefined
  let from: FeedStart = options.start
  let failures = 0
  let drawn = performance.now()
  while (!signal.aborted) {
    await options.whenWanted?.(signal)
    if (signal.aborted) return
    const answer = await (ahead ?? ask(PAGE_BYTES))
    ahead = undefined
    if ('thrown' in answer) {
      if (signal.aborted) return
      const error = toAppError(answer.thrown, signal)
      if (!LASTING.has(error.code)) return options.show({ kind: 'failed', error })
      if (failures === 0) await options.show({ kind: 'reconnecting', error })
      await pause(delay(failures), signal)
      failures += 1
      continue
    }
    const { page } = answer
    // A page that arrives too late is not shown: the cursor stays before it, and it is read again.
    if (signal.aborted) return
    if (failures > 0) await options.show({ kind: 'reconnected' })
    failures = 0
    from = { cursor: page.next }
    if (page.behind !== undefined) ahead = ask(FLOOD_PAGE_BYTES)
    await options.show({ kind: 'page', page })
    if (page.end && !signal.aborted) return options.show({ kind: 'ended', endedAt: page.endedAt })
    if (page.lines.length === 0 || (page.behind !== undefined && performance.now() - drawn < READ_MS))
      continue
    await frame()
    drawn = performance.now()
  }
}
