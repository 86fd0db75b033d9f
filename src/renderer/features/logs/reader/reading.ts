/** The state of a reader of one log: the held lines, the view's position, and the state of its feed. */
import type { NoteEntry } from '../entries.ts'
import type { ReaderOptions, ReaderView } from '../reader.ts'
import { createHeldLog, HELD_ENTRIES, type HeldLog } from './held-log.ts'

/** Lines a log opens with. */
export const TAIL = 5_000

/** The state that reading forward, reading back and jumping share. */
export interface Reading extends HeldLog {
  readonly options: ReaderOptions
  view: ReaderView
  visible: boolean
  /** Ends the feed that runs now. */
  stop: AbortController
  /** Wakes a feed that waits for its view. */
  wake: (() => void) | undefined
  /** The feed waited for its view, and has not reached the end since. */
  wasHeld: boolean
  /** More lines are behind the window, as the newest page says. */
  hasMore: boolean
  /** Number behind the last line shown before the reader skipped to the end; undefined once the skip was shown. */
  skippedFrom: number | undefined
  /** A note that waits for the first line, after which it is placed. */
  pendingNote: NoteEntry | undefined
}

/** The initial state: follows the end, hidden, with nothing read yet. */
export function createReading(options: ReaderOptions): Reading {
  return {
    ...createHeldLog(false),
    options,
    view: { following: true, nearStart: false, nearEnd: true },
    visible: false,
    stop: new AbortController(),
    wake: undefined,
    wasHeld: false,
    hasMore: false,
    skippedFrom: undefined,
    pendingNote: undefined
  }
}

/** Whether enough is held for a view that does not follow. */
export function isFull({ window }: Reading): boolean {
  return window.entries.length >= HELD_ENTRIES
}

/** Adds a row behind the newest line, or as soon as there is one. */
export function addNote(reading: Reading, entry: NoteEntry): void {
  reading.pendingNote = reading.window.next === undefined ? entry : undefined
  reading.window.note(entry)
}
