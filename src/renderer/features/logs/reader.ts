/** Holds the part of one log that a view shows: follows its end, or reads on to either side as the view moves. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { LogFindQuery, LogLine, LogMatches, LogPage } from '#shared/log.ts'
import { plainLine } from '#shared/text.ts'
import { toAppError } from '../../host/errors.ts'
import { count, plural } from '../../labels/humanise.ts'
import { type Entry, type NoteEntry, toEntries } from './entries.ts'
import { type FeedEvent, type FeedQuery, type FeedStart, PAGE_BYTES, runFeed } from './feed.ts'
import { createFilter, type LogFilter, NO_FILTER } from './filter.ts'
import { createLogWindow, type LogWindow } from './window.ts'

/** Lines a log opens with, lines and characters held, and lines read ahead of a view that does not follow. */
const TAIL = 5_000
const KEPT = 50_000
const KEPT_CHARS = 24_000_000
/**
 * Bytes a reader may be behind before it goes to the end instead of through them: while it reads on, what takes some
 * seconds; where it was held back, what takes one.
 */
const SKIP_BYTES = 256 * 1024 * 1024
const SKIP_HELD_BYTES = 32 * 1024 * 1024
/** Lines before a wanted one that are read with it. */
const LEAD = 300
/** Milliseconds between two counts of what is new. */
const COUNT_MS = 1_000
/** Lines a look back for more has to bring, where there are as many. */
const ENOUGH = 200

export interface ReaderState {
  readonly status: 'opening' | 'live' | 'reconnecting' | 'ended' | 'failed'
  readonly error?: AppError
  /** Nothing older can be read. */
  readonly atStart: boolean
  /** Older lines are being read. */
  readonly lookingBack: boolean
  /** Number behind the newest line known. */
  readonly end: number
  /** Why the engine of what writes it cannot be asked now; lines come all the same. */
  readonly engineGone?: string | undefined
  /** Lines before this number are hidden: the view was cleared. */
  readonly clearedAt?: number
}

export interface LogReader {
  /** It can read any part of the log: go back, to a run, and save all of it. */
  readonly isWhole: boolean
  read(query: FeedQuery, signal: AbortSignal): Promise<LogPage>
  readonly window: LogWindow
  readonly state: StoreApi<ReaderState>
  /** Told whenever the window changes; gives what ends it. */
  onChange(listener: () => void): () => void
  /** What the view shows now: reading goes on while it follows or is near an end. */
  setView(view: { following: boolean; nearStart: boolean; nearEnd: boolean }): void
  setVisible(visible: boolean): void
  /** Whether the newest line known is held. */
  reachesEnd(): boolean
  /** Holds another part: with the line of this number, or the end of the log. */
  show(place: number | 'end' | 'start'): void
  setFilter(filter: LogFilter, near: number | undefined): void
  clear(): void
  unclear(): void
  find(query: FindQuery, signal: AbortSignal): Promise<LogMatches>
  /** Told whether the engine can be asked, or why not: its going and its coming back are rows. */
  setEngine(gone: string | undefined): void
  /** Goes on reading an ended log: the instance was started again. */
  resume(): void
  /** Begins to read; gives what ends it. */
  open(): () => void
}

/** What is looked for in a log, but for the log's own name. */
export type FindQuery = Partial<Omit<LogFindQuery, 'id' | 'text'>> & { readonly text: string }

export interface ReaderOptions {
  find(query: FindQuery, signal: AbortSignal): Promise<LogMatches>
  read(query: FeedQuery, signal: AbortSignal): Promise<LogPage>
  /** Milliseconds before attempt n, and the next picture, for tests. */
  readonly delay?: (attempt: number) => number
  readonly frame?: () => Promise<void>
}

export function createLogReader(options: ReaderOptions): LogReader {
  const window = createLogWindow(KEPT, KEPT_CHARS)
  const state = createStore<ReaderState>(() => ({
    status: 'opening',
    atStart: false,
    lookingBack: false,
    end: 0
  }))
  const listeners = new Set<() => void>()
  let view = { following: true, nearStart: false, nearEnd: true }
  let visible = false
  let keeps = createFilter(NO_FILTER)
  let stop = new AbortController()
  let wake: (() => void) | undefined
  let skippedFrom: number | undefined
  /** Nothing was read for a while, and the end has not been reached since. */
  let wasHeld = false
  /** A row, while there is no line yet to put it behind. */
  let untold: NoteEntry | undefined

  const changed = () => {
    for (const listener of listeners) listener()
  }
  const set = (change: Partial<ReaderState>) => state.setState(change)

  function begin(start: FeedStart) {
    stop.abort()
    stop = new AbortController()
    const { signal } = stop
    void runFeed({ ...options, show, whenWanted, start, signal }).then(() => changed())
  }

  /** Holds the feed while the log is hidden, or while enough is held ahead of a view that does not follow. */
  async function whenWanted(signal: AbortSignal) {
    while (!signal.aborted && !(visible && (view.following || view.nearEnd || !isFull()))) {
      wasHeld = true
      await new Promise<void>(resolve => {
        wake = resolve
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }
  /** Until a page with something behind it says otherwise. */
  let more = false
  const reachesEnd = () => !more
  const isFull = () => window.entries.length >= KEPT
  const wakeUp = () => {
    wake?.()
    wake = undefined
  }

  function show(event: FeedEvent): void {
    if (event.kind === 'page') {
      showPage(event.page)
      return
    }
    const status = {
      reconnecting: 'reconnecting',
      reconnected: 'live',
      ended: 'ended',
      failed: 'failed'
    } as const
    set({ status: status[event.kind], ...('error' in event ? { error: event.error } : {}) })
    if (event.kind === 'reconnecting') note(noteNow(t`The connection was lost. Reconnecting…`))
    if (event.kind === 'reconnected') note(noteNow(t`Reconnected. No line was lost.`))
    if (event.kind === 'failed') note(noteNow(event.error.message))
    if (event.kind === 'ended') note(endNote(event.endedAt))
    changed()
  }

  function showPage(page: LogPage) {
    const last = window.lastLine()
    const first = page.first ?? (last ? last.number + 1 : 0)
    const skipped = skippedFrom === undefined ? 0 : first - skippedFrom
    skippedFrom = undefined
    const entries = kept(toEntries(page.lines, first, last))
    if (skipped > 0) {
      const words = t`Skipped ${count(skipped)} lines to keep up. They are above: scroll up, or find in them.`
      entries.unshift({ kind: 'note', tone: 'trouble', words })
    }
    if (page.dropped) {
      entries.unshift({ kind: 'note', tone: 'trouble', words: `${droppedNews(page.dropped)}.` })
    }
    window.append(entries, page.from, page.next)
    more = page.behind !== undefined
    // What is looked at is not cut away: then the feed waits until the view has moved on.
    if (!view.nearStart) window.trim('start')
    set({ status: 'live', end: Math.max(state.getState().end, first + page.lines.length) })
    if (untold !== undefined) note(untold)
    const { behind = 0 } = page
    if (behind === 0) wasHeld = false
    if (view.following && behind > (wasHeld ? SKIP_HELD_BYTES : SKIP_BYTES)) {
      skippedFrom = first + page.lines.length
      window.reset()
      begin({ tail: TAIL })
    }
    changed()
  }

  function note(entry: NoteEntry) {
    untold = window.next === undefined ? entry : undefined
    window.note(entry)
  }

  function kept(entries: Entry[]): Entry[] {
    const { clearedAt } = state.getState()
    if (!keeps && clearedAt === undefined) return entries
    return entries.filter(entry => {
      if (entry.kind === 'note') return !keeps || entry.tone === 'run'
      if (clearedAt !== undefined && entry.number < clearedAt) return false
      return !keeps || keeps({ plain: plainLine(entry.text), level: entry.level })
    })
  }

  /** Lines read back, and the note between them and what is held, if there is one. */
  function entriesBefore(lines: readonly LogLine[], first: number): Entry[] {
    const held = window.entries[0]
    if (held?.kind !== 'line' || held.number !== first + lines.length)
      return toEntries(lines, first, undefined)
    return toEntries([...lines, held], first, undefined).slice(0, -1)
  }

  /** Reads what is before the window, as long as too few lines of it pass the filter. */
  async function lookBack() {
    const { atStart, lookingBack } = state.getState()
    if (lookingBack || atStart || window.from === undefined || !visible) return
    set({ lookingBack: true })
    const { signal } = stop
    try {
      for (let got = 0; got < ENOUGH && !signal.aborted; ) {
        const before = window.from
        if (before === undefined) break
        const page = await options.read({ before, waitMs: 0, maxBytes: PAGE_BYTES }, signal)
        if (signal.aborted) break
        if (page.end || page.first === undefined) {
          set({ atStart: true })
          break
        }
        const entries = kept(entriesBefore(page.lines, page.first))
        got += entries.length
        window.prepend(entries, page.from, page.next)
        if (!view.following && !view.nearEnd && isFull()) cutEnd()
        changed()
        const { clearedAt } = state.getState()
        if (clearedAt !== undefined && page.first < clearedAt) set({ atStart: true })
        if (state.getState().atStart) break
      }
    } catch (thrown) {
      // The feed tells of a broken connection; the next scroll tries again.
      if (!signal.aborted && toAppError(thrown, signal).code !== 'UNAVAILABLE') set({ atStart: true })
    } finally {
      set({ lookingBack: false })
      changed()
    }
  }

  /** How far the log has grown, while a view that does not follow holds no more of it. */
  async function countNew() {
    if (!visible || view.following || !(more || isFull())) return
    const { signal } = stop
    const query = { tail: 0, waitMs: 0, maxBytes: 1 }
    const end = await options.read(query, signal).then(
      page => page.first ?? 0,
      () => 0
    )
    if (signal.aborted || end <= state.getState().end) return
    set({ end })
    changed()
  }

  /** The feed goes on behind what is held then, once the view comes near it. */
  function cutEnd() {
    const before = window.next
    window.trim('end')
    if (window.next === undefined || window.next === before) return
    more = true
    begin({ cursor: window.next })
  }

  function restart(start: FeedStart) {
    window.reset()
    skippedFrom = undefined
    const news = engineNews(undefined, state.getState().engineGone)
    untold = news === undefined ? undefined : noteNow(news)
    set({ status: 'opening', atStart: 'line' in start && start.line === 0 })
    begin(start)
    changed()
  }

  function showPlace(place: number | 'end' | 'start') {
    if (place === 'end') restart({ tail: TAIL })
    else restart({ line: place === 'start' ? 0 : Math.max(0, place - LEAD) })
  }

  return {
    isWhole: true,
    read: options.read,
    window,
    state,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    setView(next) {
      view = next
      wakeUp()
      if (next.nearStart) void lookBack()
    },
    setVisible(next) {
      visible = next
      wakeUp()
    },
    reachesEnd,
    show: showPlace,
    setFilter(filter, near) {
      keeps = createFilter(filter)
      showPlace(near ?? 'end')
    },
    clear() {
      const { end } = state.getState()
      set({ clearedAt: end, atStart: true })
      const { next } = window
      window.reset()
      if (next !== undefined) begin({ cursor: next })
      changed()
    },
    unclear() {
      state.setState(({ clearedAt: _cleared, ...rest }) => rest, true)
      showPlace('end')
    },
    find: options.find,
    setEngine(gone) {
      const before = state.getState().engineGone
      set({ engineGone: gone })
      const words = engineNews(before, gone)
      if (words === undefined) return
      note(noteNow(words))
      changed()
    },
    resume() {
      if (state.getState().status !== 'ended') return
      const { next } = window
      set({ status: 'live' })
      begin(next === undefined ? { tail: TAIL } : { cursor: next })
    },
    open() {
      begin(window.next === undefined ? { tail: TAIL } : { cursor: window.next })
      const timer = setInterval(() => void countNew(), COUNT_MS)
      return () => {
        clearInterval(timer)
        stop.abort()
      }
    }
  }
}

function noteNow(words: string): NoteEntry {
  return { kind: 'note', tone: 'trouble', words, time: new Date().toISOString() }
}

/** It has the time of the end, which can be long before it is read; none where that is not known. */
function endNote(endedAt: string | undefined): NoteEntry {
  const words = t`The instance has ended. Nothing more is written until it is started again.`
  return { kind: 'note', tone: 'trouble', words, ...(endedAt === undefined ? {} : { time: endedAt }) }
}

/** What to say of lines that were gone before they could be read. */
export function droppedNews(dropped: number): string {
  return plural(dropped, 'line was dropped here', 'lines were dropped here')
}

/** What to say of an engine that has gone or come back; its log is a file, which neither changes. */
export function engineNews(before: string | undefined, gone: string | undefined): string | undefined {
  if (gone !== undefined && before === undefined)
    return `${gone} ${t`Lines are read on; whether the instance still runs cannot be seen.`}`
  return gone === undefined && before !== undefined
    ? t`The engine answers again. No line was lost.`
    : undefined
}
