/** Follows the ends of several logs as one list by time. Older lines are shown only in each log's own view. */
import { t } from '#shared/language.ts'
import type { LogMatches } from '#shared/log.ts'
import { plainLine } from '#shared/text.ts'
import { type FeedEvent, runFeed } from './feed.ts'
import { createFilter, type LogFilter } from './filter.ts'
import { createMatcher } from './matcher.ts'
import { addListener, forgetCleared, notifyListeners } from './reader/held-log.ts'
import { addLines, addMergedNote, createMerging, type Merging, relist, sourceName } from './reader/merging.ts'
import { droppedText, engineText } from './reader/notes.ts'
import type { FindQuery, LogReader, ReaderOptions } from './reader.ts'

/** Lines each log opens with. */
const TAIL = 2_000
/** Most matches returned. */
const MATCH_LIMIT = 10_000

/** A reader of the ends of several logs. */
export function createMergedReader(logs: readonly ReaderOptions[]): LogReader {
  const merging = createMerging(logs.length)
  return {
    isWhole: false,
    read: () => Promise.reject(new Error('a merged list has no log of its own')),
    find: async query => findListed(merging, query),
    window: merging.window,
    state: merging.state,
    onChange: listener => addListener(merging, listener),
    setView: () => undefined,
    setVisible: visible => setVisible(merging, visible),
    reachesEnd: () => true,
    show: () => undefined,
    setFilter: filter => changeFilter(merging, filter),
    clear: () => clear(merging),
    unclear: () => unclear(merging),
    setEngine: gone => setEngine(merging, gone),
    resume: () => undefined,
    open: () => open(merging, logs)
  }
}

/** Reads all logs until the returned function is called. */
function open(merging: Merging, logs: readonly ReaderOptions[]): () => void {
  const stop = new AbortController()
  const { signal } = stop
  for (const [source, log] of logs.entries()) {
    const show = (event: FeedEvent) => showEvent(merging, source, event)
    const whenWanted = (signal: AbortSignal) => untilVisible(merging, signal)
    void runFeed({ ...log, show, whenWanted, start: { tail: TAIL }, signal })
  }
  return () => {
    stop.abort()
    clearTimeout(merging.timer)
    merging.wake = []
  }
}

function showEvent(merging: Merging, source: number, event: FeedEvent): void {
  const name = sourceName(merging, source)
  if (event.kind === 'page') {
    const { dropped, lines } = event.page
    if (dropped) addMergedNote(merging, `${droppedText(dropped)} (${name}).`)
    addLines(merging, source, lines)
    return
  }
  if (event.kind === 'reconnecting')
    addMergedNote(merging, t`The connection was lost (${name}). Reconnecting…`)
  if (event.kind === 'reconnected') addMergedNote(merging, t`Reconnected (${name}). No line was lost.`)
  if (event.kind === 'failed') addMergedNote(merging, `${event.error.message} (${name})`)
  notifyListeners(merging)
}

/** Holds a feed while the list is hidden. */
async function untilVisible(merging: Merging, signal: AbortSignal): Promise<void> {
  while (!merging.visible && !signal.aborted) {
    await new Promise<void>(resolve => {
      merging.wake.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}

function setVisible(merging: Merging, visible: boolean): void {
  merging.visible = visible
  for (const wake of merging.wake.splice(0)) wake()
}

function changeFilter(merging: Merging, filter: LogFilter): void {
  merging.passes = createFilter(filter)
  relist(merging)
}

function clear(merging: Merging): void {
  merging.state.setState(({ end }) => ({ clearedAt: end }))
  merging.window.reset()
  notifyListeners(merging)
}

function unclear(merging: Merging): void {
  forgetCleared(merging)
  relist(merging)
}

function setEngine(merging: Merging, gone: string | undefined): void {
  const text = engineText(merging.state.getState().engineGone, gone)
  merging.state.setState({ engineGone: gone })
  if (text === undefined) return
  addMergedNote(merging, text)
  notifyListeners(merging)
}

/** Finds matches among the listed lines, since the host does not know the list. */
function findListed({ window, state }: Merging, query: FindQuery): LogMatches {
  const matcher = createMatcher({ caseSensitive: false, wholeWord: false, regex: false, ...query })
  const from = Number(query.cursor ?? 0)
  const found = window.entries.flatMap(entry =>
    entry.kind === 'line' && entry.number >= from && matcher?.(plainLine(entry.text)).length
      ? [entry.number]
      : []
  )
  const lines = found.slice(-MATCH_LIMIT)
  const { end } = state.getState()
  return { total: found.length, lines, before: found.length - lines.length, next: String(end) }
}
