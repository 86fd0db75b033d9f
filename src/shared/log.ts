/** Logs: append-only sequences of lines, read by cursor and never pushed. On disk a line is in CRI log format. */
import { z } from 'zod'

export const LOG_STREAMS = ['stdout', 'stderr', 'system'] as const

export const LogLine = z.object({
  /** RFC 3339, UTC. */
  time: z.string(),
  /** `system` lines come from q8s: the launcher, installs, the divider at each run. */
  stream: z.enum(LOG_STREAMS),
  /** Without its newline; keeps control sequences as the app wrote them. */
  text: z.string(),
  /** The next line continues this one, which is longer than the launcher's limit or not finished yet. */
  partial: z.boolean().optional()
})
export type LogLine = z.infer<typeof LogLine>

/**
 * The start of the `system` line that the launcher writes at the beginning of each run. It is English in every
 * language, because the launcher writes it. `isRunStart` recognises it, and a log search can ask for it.
 */
export const RUN_START = 'Run of '

/** Whether the launcher began a run with this line. */
export function isRunStart({ stream, text }: Pick<LogLine, 'stream' | 'text'>): boolean {
  return stream === 'system' && text.startsWith(RUN_START)
}

export const LogQuery = z.object({
  id: z.uuid(),
  /**
   * Opaque, from an earlier page. If absent, reading starts where one of the next three fields says, else at the
   * beginning.
   */
  cursor: z.string().max(200).optional(),
  /** The last `tail` lines. */
  tail: z.int().min(0).max(100_000).optional(),
  /** Start at the line with this number, or at the oldest or newest line if the log does not reach it. */
  line: z.int().min(0).optional(),
  /** The lines that end at this cursor; never waits. */
  before: z.string().max(200).optional(),
  /** Limit of the text of one page, in bytes; a page has at least one line if the log has more. */
  maxBytes: z
    .int()
    .min(1)
    .max(4 * 1024 * 1024)
    .default(256 * 1024),
  /** How long to wait for a line if there is none, in milliseconds. */
  waitMs: z.int().min(0).max(30_000).default(0)
})
export type LogQuery = z.infer<typeof LogQuery>

export const LogPage = z.object({
  lines: z.array(LogLine),
  /** The cursor of the first line returned; absent if the platform cannot read the lines `before` it. */
  from: z.string().optional(),
  /**
   * Number of the first line returned (of the next line, if none is), counted from 0 over the whole log. Absent if the
   * platform does not count lines.
   */
  first: z.int().min(0).optional(),
  /** The cursor to continue from. */
  next: z.string(),
  /** Number of lines that rotation removed between the cursor and the first line returned. */
  dropped: z.int().min(1).optional(),
  /** Bytes left after this page; a reader that cannot keep up may skip them. */
  behind: z.int().min(1).optional(),
  /** No lines follow unless the instance is started again. When reading `before`: no earlier lines are left. */
  end: z.boolean().optional(),
  /** When the instance ended; only with `end`, and only if it is known. */
  endedAt: z.iso.datetime().optional()
})
export type LogPage = z.infer<typeof LogPage>

/** A search in the lines of a log, in their text as shown: without control sequences. */
export const LogFind = z.object({
  text: z.string().min(1).max(1_000),
  caseSensitive: z.boolean().default(false),
  wholeWord: z.boolean().default(false),
  /** `text` is a JavaScript regular expression. */
  regex: z.boolean().default(false)
})
export type LogFind = z.infer<typeof LogFind>

export const LogFindQuery = LogFind.extend({
  id: z.uuid(),
  /** Only lines of this stream. */
  stream: z.enum(LOG_STREAMS).optional(),
  /** Only lines from this cursor on. */
  cursor: z.string().max(200).optional(),
  /** Return matches around the line with this number; if absent, the newest matches. */
  near: z.int().min(0).optional(),
  limit: z.int().min(0).max(10_000).default(1_000)
})
export type LogFindQuery = z.infer<typeof LogFindQuery>

export const LogMatches = z.object({
  /** Number of lines that match. */
  total: z.int().min(0),
  /** Numbers of the matching lines nearest to `near`, ascending. */
  lines: z.array(z.int().min(0)),
  /** Number of matches older than the first of `lines`. */
  before: z.int().min(0),
  /** The cursor to continue the search from when the log has grown. */
  next: z.string()
})
export type LogMatches = z.infer<typeof LogMatches>

/**
 * Parses `2020-10-13T06:38:58.050226Z stdout F text` (F: full line, P: the next line continues it); undefined for a
 * damaged line.
 */
export function parseLogLine(raw: string): LogLine | undefined {
  const afterTime = raw.indexOf(' ')
  const afterStream = raw.indexOf(' ', afterTime + 1)
  if (afterTime < 0 || afterStream < 0 || raw.charAt(afterStream + 2) !== ' ') return undefined
  const stream = raw.slice(afterTime + 1, afterStream)
  const tag = raw.charAt(afterStream + 1)
  if ((stream !== 'stdout' && stream !== 'stderr' && stream !== 'system') || (tag !== 'F' && tag !== 'P')) {
    return undefined
  }
  const line = { time: raw.slice(0, afterTime), stream, text: raw.slice(afterStream + 3) } as const
  return tag === 'P' ? { ...line, partial: true } : line
}

/** Formats a line as `parseLogLine` reads it. */
export function formatLogLine({ time, stream, text, partial }: LogLine): string {
  return `${time} ${stream} ${partial ? 'P' : 'F'} ${text}`
}
