/** Reads older lines as far as the view needs them, and cuts the other end to make room. */
import type { LogLine } from '#shared/log.ts'
import { toAppError } from '../../../host/errors.ts'
import { type Entry, toEntries } from '../entries.ts'
import { PAGE_BYTES } from '../feed.ts'
import { beginFeed } from './forward.ts'
import { notifyListeners, passing } from './held-log.ts'
import { isFull, type Reading } from './reading.ts'

/** Number of entries that reading back must add, if there are that many. */
const ENOUGH = 200

/** Reads lines before the window, until enough of them match the filter. */
export async function readBack(reading: Reading): Promise<void> {
  const { state, window } = reading
  const { atStart, readingBack } = state.getState()
  if (readingBack || atStart || window.from === undefined || !reading.visible) return
  state.setState({ readingBack: true })
  const { signal } = reading.stop
  try {
    for (let added = 0; added < ENOUGH && !signal.aborted; ) {
      const count = await readPageBack(reading, signal)
      if (count === undefined) break
      added += count
    }
  } catch (thrown) {
    // The feed shows a broken connection; the next scroll tries again.
    if (!signal.aborted && toAppError(thrown, signal).code !== 'UNAVAILABLE')
      state.setState({ atStart: true })
  } finally {
    state.setState({ readingBack: false })
    notifyListeners(reading)
  }
}

/** Puts one page before the window: how many of its entries are shown; undefined if no older page is wanted. */
async function readPageBack(reading: Reading, signal: AbortSignal): Promise<number | undefined> {
  const { state, window } = reading
  const before = window.from
  if (before === undefined) return undefined
  const page = await reading.options.read({ before, waitMs: 0, maxBytes: PAGE_BYTES }, signal)
  if (signal.aborted) return undefined
  if (page.end || page.first === undefined) {
    state.setState({ atStart: true })
    return undefined
  }
  const entries = passing(reading, entriesBefore(reading, page.lines, page.first))
  window.prepend(entries, page.from, page.next)
  const { view } = reading
  if (!view.following && !view.nearEnd && isFull(reading)) cutEnd(reading)
  notifyListeners(reading)
  const { clearedAt, atStart } = state.getState()
  const reachesCleared = clearedAt !== undefined && page.first < clearedAt
  if (reachesCleared) state.setState({ atStart: true })
  return atStart || reachesCleared ? undefined : entries.length
}

/** Lines that were read back, and the note between them and the held lines, if there is one. */
function entriesBefore({ window }: Reading, lines: readonly LogLine[], first: number): Entry[] {
  const held = window.entries[0]
  if (held?.kind !== 'line' || held.number !== first + lines.length) {
    return toEntries(lines, first, undefined)
  }
  return toEntries([...lines, held], first, undefined).slice(0, -1)
}

/** Makes room at the end of the window; the feed continues from there once the view comes near it. */
function cutEnd(reading: Reading): void {
  const { window } = reading
  const before = window.next
  window.trim('end')
  if (window.next === undefined || window.next === before) return
  reading.hasMore = true
  beginFeed(reading, { cursor: window.next })
}
