/** Follows several logs as one list in the order of time. What is older than their ends is in each log's own view. */
import { createStore } from 'zustand/vanilla'
import { t } from '#shared/language.ts'
import type { LogLine, LogMatches } from '#shared/log.ts'
import { plainLine } from '#shared/text.ts'
import { type Entry, type LineEntry, toEntries } from './entries.ts'
import { type FeedEvent, runFeed } from './feed.ts'
import { createFilter, NO_FILTER } from './filter.ts'
import { createMatcher } from './matcher.ts'
import { droppedNews, engineNews, type LogReader, type ReaderOptions, type ReaderState } from './reader.ts'
import { createLogWindow } from './window.ts'

const TAIL = 2_000
const KEPT = 50_000
const KEPT_CHARS = 24_000_000
/** Milliseconds a line waits for earlier ones of other logs. */
const PATIENCE = 300
const FIND_MOST = 10_000

interface Waiting {
  readonly line: LogLine
  readonly source: number
}

export function createMergedReader(logs: readonly ReaderOptions[]): LogReader {
  const window = createLogWindow(KEPT, KEPT_CHARS)
  const all: Waiting[] = []
  const state = createStore<ReaderState>(() => ({
    status: 'opening',
    atStart: true,
    lookingBack: false,
    end: 0
  }))
  const listeners = new Set<() => void>()
  let waiting: Waiting[] = []
  /** The newest line of each log, and the log of the newest of all. */
  let last: LineEntry[] = []
  let above: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let keeps = createFilter(NO_FILTER)
  let visible = false
  let wake: (() => void)[] = []

  const changed = () => {
    for (const listener of listeners) listener()
  }

  /** Lines of all logs that have come, in their order; a log that is late begins below what is shown. */
  function flush() {
    timer = undefined
    const lines = inOrder(waiting)
    waiting = []
    all.push(...lines)
    if (all.length > KEPT) all.splice(0, all.length - KEPT)
    take(lines)
    changed()
  }

  function take(lines: readonly Waiting[]) {
    const { end, clearedAt = 0 } = state.getState()
    const entries = lines.flatMap(({ line, source }, index) => entriesOf(line, end + index, source))
    const shown = entries.filter(entry => {
      if (entry.kind === 'note') return end >= clearedAt && (!keeps || entry.tone === 'run')
      return (
        entry.number >= clearedAt && (!keeps || keeps({ plain: plainLine(entry.text), level: entry.level }))
      )
    })
    window.append(shown, undefined, String(end + lines.length))
    window.trim('start')
    state.setState({ status: 'live', end: end + lines.length })
  }

  /**
   * The line, which goes on only where the one above it is of the same log, and what is told of that log alone: where a
   * run begins and where its clock was set back. Its silence is none of the list's.
   */
  function entriesOf(line: LogLine, number: number, source: number): Entry[] {
    const before = last[source]
    return toEntries([line], number, before, source).flatMap((entry): Entry[] => {
      if (entry.kind === 'note') {
        const isTold = entry.tone === 'run' || (before !== undefined && line.time < before.time)
        return isTold ? [{ ...entry, words: `${entry.words} (${nameOf(source)})` }] : []
      }
      entry.continues &&= above === source
      above = source
      last[source] = entry
      return [entry]
    })
  }

  const nameOf = (source: number) => t`log ${source + 1} of ${logs.length}`

  function show(source: number, event: FeedEvent) {
    if (event.kind === 'page') {
      const { dropped, lines } = event.page
      if (dropped) note(`${droppedNews(dropped)} (${nameOf(source)}).`)
      waiting.push(...lines.map(line => ({ line, source })))
      timer ??= setTimeout(flush, PATIENCE)
      return
    }
    const of = nameOf(source)
    if (event.kind === 'reconnecting') note(t`The connection was lost (${of}). Reconnecting…`)
    if (event.kind === 'reconnected') note(t`Reconnected (${of}). No line was lost.`)
    if (event.kind === 'failed') note(`${event.error.message} (${of})`)
    changed()
  }

  function note(words: string) {
    const entry: Entry = { kind: 'note', tone: 'trouble', words, time: new Date().toISOString() }
    window.append([entry], undefined, String(state.getState().end))
  }

  async function whenWanted(signal: AbortSignal) {
    while (!visible && !signal.aborted) {
      await new Promise<void>(resolve => {
        wake.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  /** Lists what is held anew: the filter has changed, or what was cleared is wanted again. */
  function relist() {
    window.reset()
    last = []
    above = undefined
    state.setState(({ end }) => ({ end: end - all.length }))
    take(all)
    changed()
  }

  async function find(query: Parameters<LogReader['find']>[0]): Promise<LogMatches> {
    const matcher = createMatcher({ caseSensitive: false, wholeWord: false, regex: false, ...query })
    const from = Number(query.cursor ?? 0)
    const lines = window.entries.flatMap(entry =>
      entry.kind === 'line' && entry.number >= from && matcher?.(plainLine(entry.text)).length
        ? [entry.number]
        : []
    )
    const given = lines.slice(-FIND_MOST)
    const { end } = state.getState()
    return { total: lines.length, lines: given, before: lines.length - given.length, next: String(end) }
  }

  return {
    isWhole: false,
    read: () => Promise.reject(new Error('a merged list has no log of its own')),
    window,
    state,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    setView: () => undefined,
    setVisible(next) {
      visible = next
      for (const go of wake.splice(0)) go()
    },
    reachesEnd: () => true,
    show: () => undefined,
    setFilter(filter) {
      keeps = createFilter(filter)
      relist()
    },
    clear() {
      state.setState(({ end }) => ({ clearedAt: end }))
      window.reset()
      changed()
    },
    unclear() {
      state.setState(({ clearedAt: _cleared, ...rest }) => rest, true)
      relist()
    },
    find,
    setEngine(gone) {
      const words = engineNews(state.getState().engineGone, gone)
      state.setState({ engineGone: gone })
      if (words === undefined) return
      note(words)
      changed()
    },
    resume: () => undefined,
    open() {
      const stop = new AbortController()
      const { signal } = stop
      for (const [source, log] of logs.entries()) {
        const onEvent = (event: FeedEvent) => show(source, event)
        void runFeed({ ...log, show: onEvent, whenWanted, start: { tail: TAIL }, signal })
      }
      return () => {
        stop.abort()
        clearTimeout(timer)
        wake = []
      }
    }
  }
}

/** By time, each log in the order it was written in: where its clock was set back, a line is as late as the one before. */
function inOrder(lines: readonly Waiting[]): Waiting[] {
  const latest: string[] = []
  const timed = lines.map(item => {
    const before = latest[item.source] ?? ''
    const time = item.line.time > before ? item.line.time : before
    latest[item.source] = time
    return { item, time }
  })
  return timed.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).map(({ item }) => item)
}
