/** What a log view reads from: one log (whole-reader.ts), or several as one list (merged-reader.ts). */
import type { StoreApi } from 'zustand/vanilla'
import type { AppError } from '#shared/errors.ts'
import type { LogFindQuery, LogMatches, LogPage } from '#shared/log.ts'
import type { FeedQuery } from './feed.ts'
import type { LogFilter } from './filter.ts'
import type { LogWindow } from './window.ts'

/** The state of the reading, which the view shows. */
export interface ReaderState {
  readonly status: 'opening' | 'live' | 'reconnecting' | 'ended' | 'failed'
  readonly error?: AppError
  /** Nothing older can be read. */
  readonly atStart: boolean
  /** Older lines are being read. */
  readonly readingBack: boolean
  /** Number behind the newest line known. */
  readonly end: number
  /** Why the app's engine cannot be reached now; lines can be read anyway. */
  readonly engineGone?: string | undefined
  /** Lines before this number are hidden: the view was cleared. */
  readonly clearedAt?: number
}

/** The position of a view in the held lines. */
export interface ReaderView {
  /** True if the view stays at the end as lines come. */
  readonly following: boolean
  readonly nearStart: boolean
  readonly nearEnd: boolean
}

/** Holds the part of a log that a view shows, and reads on as the view moves. */
export interface LogReader {
  /** True if any part of the log can be read: the view can then go back, go to a run, and save all of it. */
  readonly isWhole: boolean
  read(query: FeedQuery, signal: AbortSignal): Promise<LogPage>
  readonly window: LogWindow
  readonly state: StoreApi<ReaderState>
  /** Calls the listener whenever the window changes; returns the function that stops it. */
  onChange(listener: () => void): () => void
  /** Sets what the view shows now: reading continues while the view follows or is near an end. */
  setView(view: ReaderView): void
  setVisible(visible: boolean): void
  /** Whether the newest line known is held. */
  reachesEnd(): boolean
  /** Holds another part: around the line of this number, or at the start or end of the log. */
  show(place: number | 'end' | 'start'): void
  setFilter(filter: LogFilter, near: number | undefined): void
  clear(): void
  unclear(): void
  find(query: FindQuery, signal: AbortSignal): Promise<LogMatches>
  /** Sets why the engine cannot be reached, or that it can: a row shows when it goes and when it comes back. */
  setEngine(gone: string | undefined): void
  /** Continues reading an ended log, because the instance was started again. */
  resume(): void
  /** Starts reading; returns the function that stops it. */
  open(): () => void
}

/** A search in one log, without the log's own ID. */
export type FindQuery = Partial<Omit<LogFindQuery, 'id' | 'text'>> & { readonly text: string }

/** The calls that read and search a log. */
export interface ReaderOptions {
  find(query: FindQuery, signal: AbortSignal): Promise<LogMatches>
  read(query: FeedQuery, signal: AbortSignal): Promise<LogPage>
  /** Milliseconds before attempt n, and the next frame, for tests. */
  readonly delay?: (attempt: number) => number
  readonly frame?: () => Promise<void>
}
