/** Saves a log as a file, page by page: the text does not stay in this window's memory. */
import type { LogLine, LogPage } from '#shared/log.ts'
import type { FeedQuery } from './feed.ts'

type Read = (query: FeedQuery, signal: AbortSignal) => Promise<LogPage>

const PAGE_BYTES = 4 * 1024 * 1024

/** Everything the log holds at the moment of the call, as text with time and stream; a gap is a line of its own. */
export async function wholeLog(read: Read, signal: AbortSignal): Promise<Blob> {
  const parts: Blob[] = []
  const { first: end = Number.POSITIVE_INFINITY } = await read({ tail: 0, waitMs: 0, maxBytes: 1 }, signal)
  let from: { cursor?: string } = {}
  for (;;) {
    const page = await read({ ...from, waitMs: 0, maxBytes: PAGE_BYTES }, signal)
    const gap = page.dropped ? `[${page.dropped} lines were dropped here by rotation]\n` : ''
    // The browser stores a blob outside the page, on disk if it is large.
    parts.push(new Blob([gap, page.lines.map(lineText).join('')]))
    const isPast = (page.first ?? 0) + page.lines.length >= end
    if (page.lines.length === 0 || page.end || isPast) return new Blob(parts, { type: 'text/plain' })
    from = { cursor: page.next }
  }
}

function lineText(line: LogLine): string {
  return `${line.time} ${line.stream} ${line.text}${line.partial ? '' : '\n'}`
}
