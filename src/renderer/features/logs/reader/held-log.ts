/** The data of every reader: the window of lines, the state for the view, the filter, and the change listeners. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import { plainLine } from '#shared/text.ts'
import type { Entry } from '../entries.ts'
import { createFilter, NO_FILTER } from '../filter.ts'
import type { ReaderState } from '../reader.ts'
import { createLogWindow, type LogWindow } from '../window.ts'

/** Most entries a reader holds, and most characters of their lines. */
export const HELD_ENTRIES = 50_000
const HELD_CHARS = 24_000_000

/** The state all readers share. */
export interface HeldLog {
  readonly window: LogWindow
  readonly state: StoreApi<ReaderState>
  readonly listeners: Set<() => void>
  /** Whether a line matches the filter; undefined if nothing is filtered. */
  passes: ReturnType<typeof createFilter>
}

/** Creates an empty held log; `atStart` means that nothing older can be read. */
export function createHeldLog(atStart: boolean): HeldLog {
  return {
    window: createLogWindow(HELD_ENTRIES, HELD_CHARS),
    state: createStore<ReaderState>(() => ({ status: 'opening', atStart, readingBack: false, end: 0 })),
    listeners: new Set(),
    passes: createFilter(NO_FILTER)
  }
}

/** Reports a change of the held lines or the state. */
export function notifyListeners({ listeners }: HeldLog): void {
  for (const listener of listeners) listener()
}

/** Calls the listener at each change, until the returned function is called. */
export function addListener({ listeners }: HeldLog, listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The entries that match the filter and were not cleared. Of the notes, only starts of runs match a filter. */
export function passing({ state, passes }: HeldLog, entries: Entry[]): Entry[] {
  const { clearedAt } = state.getState()
  if (!passes && clearedAt === undefined) return entries
  return entries.filter(entry => {
    if (entry.kind === 'note') return !passes || entry.tone === 'run'
    if (clearedAt !== undefined && entry.number < clearedAt) return false
    return !passes || passes({ plain: plainLine(entry.text), level: entry.level })
  })
}

/** Stops hiding the lines that were cleared. */
export function forgetCleared({ state }: HeldLog): void {
  state.setState(({ clearedAt: _cleared, ...rest }) => rest, true)
}
