/** Logs: append-only sequences of lines, read by cursor and never pushed. On disk a line is in CRI log format. */
import { z } from 'zod'

export const LOG_STREAMS = ['stdout', 'stderr', 'system'] as const

export const LogLine = z.object({
  /** RFC 3339, UTC. */
  time: z.string(),
  /** `system` lines come from q8s itself: the launcher, installs, the divider at each run. */
  stream: z.enum(LOG_STREAMS),
  /** Without its newline; control sequences are as the app wrote them. */
  text: z.string(),
  /** The line goes on in the next one (it was longer than the launcher's bound, or is not finished yet). */
  partial: z.boolean().optional()
})
export type LogLine = z.infer<typeof LogLine>

/**
 * How the `system` line begins with which the launcher begins each run. It is English in every language, since the
 * launcher writes it; `isRunStart` recognises it, and a search of the log can ask for it.
 */
export const RUN_START = 'Run of '

/** Whether the launcher began a run with this line. */
export function isRunStart({ stream, text }: Pick<LogLine, 'stream' | 'text'>): boolean {
  return stream === 'system' && text.startsWith(RUN_START)
}

export const LogQuery = z.object({
  id: z.uuid(),
  /** Opaque, from an earlier page; absent: from the start, or from where one of the next three says. */
  cursor: z.string().max(200).optional(),
  /** The last `tail` lines. */
  tail: z.int().min(0).max(100_000).optional(),
  /** From the line of this number on, or the oldest or newest there is. */
  line: z.int().min(0).optional(),
  /** The lines that end where this cursor stands; never waits. */
  before: z.string().max(200).optional(),
  /** Upper bound of the text of one page, in bytes; at least one line is given where there is one. */
  maxBytes: z
    .int()
    .min(1)
    .max(4 * 1024 * 1024)
    .default(256 * 1024),
  /** How long to wait for a line where there is none, in milliseconds. */
  waitMs: z.int().min(0).max(30_000).default(0)
})
export type LogQuery = z.infer<typeof LogQuery>

export const LogPage = z.object({
  lines: z.array(LogLine),
  /** The cursor of the first line given; absent where the platform cannot read what is `before` it. */
  from: z.string().optional(),
  /** Number of the first line given (of the next one, where there is none), over the whole log from 0; where it is counted. */
  first: z.int().min(0).optional(),
  /** The cursor to read on from. */
  next: z.string(),
  /** Lines the rotation bound removed between the cursor and the first line given. */
  dropped: z.int().min(1).optional(),
  /** Bytes there are behind the page; a reader that cannot keep up may skip them. */
  behind: z.int().min(1).optional(),
  /** Nothing will follow unless the instance is started again; reading `before`: nothing is left there. */
  end: z.boolean().optional(),
  /** When the instance ended; only with `end`, and where that is known. */
  endedAt: z.iso.datetime().optional()
})
export type LogPage = z.infer<typeof LogPage>

/** What is looked for in the lines of a log, in their text as it is shown: without control sequences. */
export const LogFind = z.object({
  text: z.string().min(1).max(1_000),
  caseSensitive: z.boolean().default(false),
  wholeWord: z.boolean().default(false),
  /** `text` is a regular expression of JavaScript. */
  regex: z.boolean().default(false)
})
export type LogFind = z.infer<typeof LogFind>

export const LogFindQuery = LogFind.extend({
  id: z.uuid(),
  /** Only lines of this stream. */
  stream: z.enum(LOG_STREAMS).optional(),
  /** Only lines from this cursor on. */
  cursor: z.string().max(200).optional(),
  /** Matches are named around the line of this number; absent: the newest ones are. */
  near: z.int().min(0).optional(),
  limit: z.int().min(0).max(10_000).default(1_000)
})
export type LogFindQuery = z.infer<typeof LogFindQuery>

export const LogMatches = z.object({
  /** Lines that match. */
  total: z.int().min(0),
  /** Numbers of the matching lines nearest to `near`, ascending. */
  lines: z.array(z.int().min(0)),
  /** Matches older than the first of `lines`. */
  before: z.int().min(0),
  /** The cursor to look on from, once the log has grown. */
  next: z.string()
})
export type LogMatches = z.infer<typeof LogMatches>

/** `2020-10-13T06:38:58.050226Z stdout F text` (F: full line, P: it goes on) to a line; undefined for a torn one. */
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

/** The same the other way. */
export function formatLogLine({ time, stream, text, partial }: LogLine): string {
  return `${time} ${stream} ${partial ? 'P' : 'F'} ${text}`
}
