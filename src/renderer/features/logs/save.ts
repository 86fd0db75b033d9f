/** Saving a whole log as a file, page by page. */
import type { LogLine, LogPage } from '#shared/log.ts'

type Read = (query: { cursor?: string; maxBytes: number }, signal: AbortSignal) => Promise<LogPage>

const PAGE_BYTES = 4 * 1024 * 1024

/** Everything the log holds now, as text with time and stream; gaps are told in a line of their own. */
export async function wholeLog(read: Read, signal: AbortSignal): Promise<Blob> {
  const parts: string[] = []
  let cursor: string | undefined
  for (;;) {
    const page = await read({ ...(cursor === undefined ? {} : { cursor }), maxBytes: PAGE_BYTES }, signal)
    if (page.dropped) parts.push(`[${page.dropped} lines were dropped here by rotation]\n`)
    parts.push(page.lines.map(lineText).join(''))
    if (page.lines.length === 0 || page.end) return new Blob(parts, { type: 'text/plain' })
    cursor = page.next
  }
}

function lineText(line: LogLine): string {
  return `${line.time} ${line.stream} ${line.text}${line.partial ? '' : '\n'}`
}
