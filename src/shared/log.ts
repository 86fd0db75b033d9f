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

export const LogQuery = z.object({
  id: z.uuid(),
  /** Opaque, from an earlier page's `next`; absent: from the start, or the last `tail` lines. */
  cursor: z.string().max(200).optional(),
  tail: z.int().min(0).max(100_000).optional(),
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
  /** The cursor to read on from. */
  next: z.string(),
  /** Lines the rotation bound removed between the cursor and the first line given. */
  dropped: z.int().min(1).optional(),
  /** Nothing will follow unless the instance is started again. */
  end: z.boolean().optional()
})
export type LogPage = z.infer<typeof LogPage>

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
