/** Merges several logs: lines wait a moment for earlier lines of other logs, then join the list, ordered by time. */
import { t } from '#shared/language.ts'
import type { LogLine } from '#shared/log.ts'
import { type Entry, type LineEntry, toEntries } from '../entries.ts'
import { createHeldLog, HELD_ENTRIES, type HeldLog, notifyListeners, passing } from './held-log.ts'
import { noteNow } from './notes.ts'

/** Milliseconds a line waits for earlier ones of other logs. */
const PATIENCE = 300

/** A line and its log. */
export interface SourceLine {
  readonly line: LogLine
  readonly source: number
}

/** The state of a reader of several logs. */
export interface Merging extends HeldLog {
  /** How many logs there are. */
  readonly sources: number
  /** The listed lines, including those that do not match the filter. */
  readonly listed: SourceLine[]
  /** Lines that wait for earlier ones, and the timer that lists them. */
  waiting: SourceLine[]
  timer: ReturnType<typeof setTimeout> | undefined
  /** The newest line of each log, and the log of the newest of all. */
  newest: LineEntry[]
  newestSource: number | undefined
  visible: boolean
  /** Functions that wake the feeds waiting for the view. */
  wake: (() => void)[]
}

/** The initial state: hidden, with nothing read yet. */
export function createMerging(sources: number): Merging {
  return {
    ...createHeldLog(true),
    sources,
    listed: [],
    waiting: [],
    timer: undefined,
    newest: [],
    newestSource: undefined,
    visible: false,
    wake: []
  }
}

/** The name of a log in rows. */
export function sourceName({ sources }: Merging, source: number): string {
  return t`log ${source + 1} of ${sources}`
}

/** Adds a row after the listed lines. */
export function addMergedNote({ window, state }: Merging, text: string): void {
  window.append([noteNow(text)], undefined, String(state.getState().end))
}

/** Accepts lines of one log; lists them after a moment, in which earlier lines of other logs can arrive. */
export function addLines(merging: Merging, source: number, lines: readonly LogLine[]): void {
  merging.waiting.push(...lines.map(line => ({ line, source })))
  merging.timer ??= setTimeout(() => listWaiting(merging), PATIENCE)
}

/** Lists all held lines again, because the filter has changed or cleared lines are wanted again. */
export function relist(merging: Merging): void {
  const { listed } = merging
  merging.window.reset()
  merging.newest = []
  merging.newestSource = undefined
  merging.state.setState(({ end }) => ({ end: end - listed.length }))
  list(merging, listed)
  notifyListeners(merging)
}

/** Lists the lines of all logs that have arrived; lines of a late log go below the listed lines. */
function listWaiting(merging: Merging): void {
  merging.timer = undefined
  const lines = inOrder(merging.waiting)
  const { listed } = merging
  merging.waiting = []
  listed.push(...lines)
  if (listed.length > HELD_ENTRIES) listed.splice(0, listed.length - HELD_ENTRIES)
  list(merging, lines)
  notifyListeners(merging)
}

function list(merging: Merging, lines: readonly SourceLine[]): void {
  const { window, state } = merging
  const { end, clearedAt = 0 } = state.getState()
  const entries = lines.flatMap((sourceLine, index) => entriesOf(merging, sourceLine, end + index))
  const uncleared = end < clearedAt ? entries.filter(({ kind }) => kind === 'line') : entries
  window.append(passing(merging, uncleared), undefined, String(end + lines.length))
  window.trim('start')
  state.setState({ status: 'live', end: end + lines.length })
}

/**
 * The line, and notes about its log only: the start of a run, and a clock that was set back. Leaves out silences, since
 * the other logs may not be silent. The line continues the one above only if both belong to the same log.
 */
function entriesOf(merging: Merging, { line, source }: SourceLine, number: number): Entry[] {
  const { newest } = merging
  const before = newest[source]
  return toEntries([line], number, before, source).flatMap((entry): Entry[] => {
    if (entry.kind === 'note') {
      const isShown = entry.tone === 'run' || (before !== undefined && line.time < before.time)
      return isShown ? [{ ...entry, text: `${entry.text} (${sourceName(merging, source)})` }] : []
    }
    entry.continues &&= merging.newestSource === source
    merging.newestSource = source
    newest[source] = entry
    return [entry]
  })
}

/** Sorts by time, keeping each log's own order: if its clock was set back, a line counts as late as the one before. */
function inOrder(lines: readonly SourceLine[]): SourceLine[] {
  const latest: string[] = []
  const timed = lines.map(sourceLine => {
    const before = latest[sourceLine.source] ?? ''
    const time = sourceLine.line.time > before ? sourceLine.line.time : before
    latest[sourceLine.source] = time
    return { sourceLine, time }
  })
  return timed
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .map(({ sourceLine }) => sourceLine)
}
