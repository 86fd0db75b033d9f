/** Jumping: another part of the log is held instead, because the view goes there, filters, or clears what it shows. */
import type { FeedStart } from '../feed.ts'
import { createFilter, type LogFilter } from '../filter.ts'
import { beginFeed, continueFeed } from './forward.ts'
import { forgetCleared, notifyListeners } from './held-log.ts'
import { engineText, noteNow } from './notes.ts'
import { type Reading, TAIL } from './reading.ts'

/** Number of lines read before a wanted line. */
const LEAD = 300

/** Holds the part with the line of this number, or an end of the log. */
export function jumpTo(reading: Reading, place: number | 'end' | 'start'): void {
  if (place === 'end') restart(reading, { tail: TAIL })
  else restart(reading, { line: place === 'start' ? 0 : Math.max(0, place - LEAD) })
}

/** Reads again with this filter, around a line or at the end. */
export function changeFilter(reading: Reading, filter: LogFilter, near: number | undefined): void {
  reading.passes = createFilter(filter)
  jumpTo(reading, near ?? 'end')
}

/** Hides all lines known now; the feed continues behind them. */
export function clear(reading: Reading): void {
  const { state, window } = reading
  state.setState({ clearedAt: state.getState().end, atStart: true })
  const { next } = window
  window.reset()
  if (next !== undefined) beginFeed(reading, { cursor: next })
  notifyListeners(reading)
}

/** Shows the hidden lines again, from the end. */
export function unclear(reading: Reading): void {
  forgetCleared(reading)
  jumpTo(reading, 'end')
}

/** Continues an ended log: the instance was started again. */
export function resume(reading: Reading): void {
  if (reading.state.getState().status !== 'ended') return
  reading.state.setState({ status: 'live' })
  continueFeed(reading)
}

function restart(reading: Reading, start: FeedStart): void {
  const { state, window } = reading
  window.reset()
  reading.skippedFrom = undefined
  const text = engineText(undefined, state.getState().engineGone)
  reading.pendingNote = text === undefined ? undefined : noteNow(text)
  state.setState({ status: 'opening', atStart: 'line' in start && start.line === 0 })
  beginFeed(reading, start)
  notifyListeners(reading)
}
