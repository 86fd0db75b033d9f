/** What a log view reads from: one log (whole-reader.ts), or several as one list (merged-reader.ts). */
import type { StoreApi } from 'zustand/vanilla'
import type { AppError } from '#shared/errors.ts'
import type { LogFindQuery, LogMatches, LogPage } from '#shared/log.ts'
import type { FeedQuery } from './feed.ts'
import type { LogFilter } from './filter.ts'
import type { LogWindow } from './window.ts'

/** What the view shows of the reading itself. */
export interface ReaderState {
  readonly status: 'opening' | 'live' | 'reconnecting' | 'ended' | 'failed'
  readonly error?: AppError
  /** Nothing older can be read. */
  readonly atStart: boolean
  /** Older lines are being read. */
  readonly readingBack: boolean
  /** Number behind the newest line known. */
  readonly end: number
  /** Why the engine that runs the app cannot be asked now; lines come all the same. */
  readonly engineGone?: string | undefined
  /** Lines before this number are hidden: the view was cleared. */
  readonly clearedAt?: number
}

/** Where a view stands in the lines that are held. */
export interface ReaderView {
  /** It stays at the end as lines come. */
  readonly following: boolean
  readonly nearStart: boolean
  readonly nearEnd: boolean
}

/** Holds the part of a log that a view shows, and reads on as the view moves. */
export interface LogReader {
  /** Any part of the log can be read: the view can go back, go to a run, and save all of it. */
  readonly isWhole: boolean
  read(query: FeedQuery, signal: AbortSignal): Promise<LogPage>
  readonly window: LogWindow
  readonly state: StoreApi<ReaderState>
  /** Calls the listener whenever the window changes; returns the function that ends this. */
  onChange(listener: () => void): () => void
  /** What the view shows now: reading goes on while the view follows or is near an end. */
  setView(view: ReaderView): void
  setVisible(visible: boolean): void
  /** Whether the newest line known is held. */
  reachesEnd(): boolean
  /** Holds another part: with the line of this number, or the end of the log. */
  show(place: number | 'end' | 'start'): void
  setFilter(filter: LogFilter, near: number | undefined): void
  clear(): void
  unclear(): void
  find(query: FindQuery, signal: AbortSignal): Promise<LogMatches>
  /** Says whether the engine can be asked, or why not: a row shows when it goes and when it comes back. */
  setEngine(gone: string | undefined): void
  /** Goes on reading an ended log: the instance was started again. */
  resume(): void
  /** Begins to read; returns the function that ends this. */
  open(): () => void
}

/** A search in one log, without the log's own ID. */
export type FindQuery = Partial<Omit<LogFindQuery, 'id' | 'text'>> & { readonly text: string }

/** Where a log is read and searched. */
export interface ReaderOptions {
  find(query: FindQuery, signal: AbortSignal): Promise<LogMatches>
  read(query: FeedQuery, signal: AbortSignal): Promise<LogPage>
  /** Milliseconds before attempt n, and the next frame, for tests. */
  readonly delay?: (attempt: number) => number
  readonly frame?: () => Promise<void>
}
