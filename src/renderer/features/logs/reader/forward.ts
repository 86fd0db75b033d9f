/** Reading forward: follows the end, waits while its view needs nothing, and skips to the end when it is far behind. */
import { t } from '#shared/language.ts'
import type { LogPage } from '#shared/log.ts'
import { type Entry, toEntries } from '../entries.ts'
import { type FeedEvent, type FeedStart, runFeed } from '../feed.ts'
import { notifyListeners, passing } from './held-log.ts'
import { droppedNote, endNote, noteNow, skippedNote } from './notes.ts'
import { addNote, isFull, type Reading, TAIL } from './reading.ts'

/**
 * Bytes a reader may be behind before it skips to the end: while reading, as many as take some seconds to read; after
 * it was held back, as many as take one second.
 */
const SKIP_BYTES = 256 * 1024 * 1024
const SKIP_HELD_BYTES = 32 * 1024 * 1024

/** Starts a feed and ends the one before it. */
export function beginFeed(reading: Reading, start: FeedStart): void {
  reading.stop.abort()
  reading.stop = new AbortController()
  const feed = runFeed({
    ...reading.options,
    show: event => showEvent(reading, event),
    whenWanted: signal => untilWanted(reading, signal),
    start,
    signal: reading.stop.signal
  })
  void feed.then(() => notifyListeners(reading))
}

/** Starts a feed behind the held lines, or with the last lines of the log. */
export function continueFeed(reading: Reading): void {
  const { next } = reading.window
  beginFeed(reading, next === undefined ? { tail: TAIL } : { cursor: next })
}

/** Lets a waiting feed check again whether its view needs more. */
export function wakeFeed(reading: Reading): void {
  reading.wake?.()
  reading.wake = undefined
}

/** Holds the feed while the log is hidden, or while enough is held ahead of a view that does not follow. */
async function untilWanted(reading: Reading, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !isWanted(reading)) {
    reading.wasHeld = true
    await new Promise<void>(resolve => {
      reading.wake = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}

function isWanted(reading: Reading): boolean {
  const { visible, view } = reading
  return visible && (view.following || view.nearEnd || !isFull(reading))
}

function showEvent(reading: Reading, event: FeedEvent): void {
  if (event.kind === 'page') showPage(reading, event.page)
  else showStatus(reading, event)
  notifyListeners(reading)
}

function showStatus(reading: Reading, event: Exclude<FeedEvent, { kind: 'page' }>): void {
  const status = {
    reconnecting: 'reconnecting',
    reconnected: 'live',
    ended: 'ended',
    failed: 'failed'
  } as const
  reading.state.setState({ status: status[event.kind], ...('error' in event ? { error: event.error } : {}) })
  if (event.kind === 'reconnecting') addNote(reading, noteNow(t`The connection was lost. Reconnecting…`))
  if (event.kind === 'reconnected') addNote(reading, noteNow(t`Reconnected. No line was lost.`))
  if (event.kind === 'failed') addNote(reading, noteNow(event.error.message))
  if (event.kind === 'ended') addNote(reading, endNote(event.endedAt))
}

function showPage(reading: Reading, page: LogPage): void {
  const { window, state } = reading
  const last = window.lastLine()
  const first = page.first ?? (last ? last.number + 1 : 0)
  const behindPage = first + page.lines.length
  const entries = passing(reading, toEntries(page.lines, first, last))
  addMissingNotes(reading, page, first, entries)
  window.append(entries, page.from, page.next)
  reading.hasMore = page.behind !== undefined
  // Visible lines must not be cut: the feed waits until the view has moved on.
  if (!reading.view.nearStart) window.trim('start')
  state.setState({ status: 'live', end: Math.max(state.getState().end, behindPage) })
  if (reading.pendingNote !== undefined) addNote(reading, reading.pendingNote)
  skipIfFarBehind(reading, page.behind ?? 0, behindPage)
}

/** Adds a row before a page's entries that says how many lines were skipped or dropped there. */
function addMissingNotes(reading: Reading, page: LogPage, first: number, entries: Entry[]): void {
  const skipped = reading.skippedFrom === undefined ? 0 : first - reading.skippedFrom
  reading.skippedFrom = undefined
  if (skipped > 0) entries.unshift(skippedNote(skipped))
  if (page.dropped) entries.unshift(droppedNote(page.dropped))
}

/** Skips to the end if a view that follows would wait too long for it. */
function skipIfFarBehind(reading: Reading, bytesBehind: number, shownTo: number): void {
  if (bytesBehind === 0) reading.wasHeld = false
  if (!reading.view.following) return
  if (bytesBehind <= (reading.wasHeld ? SKIP_HELD_BYTES : SKIP_BYTES)) return
  reading.skippedFrom = shownTo
  reading.window.reset()
  beginFeed(reading, { tail: TAIL })
}
