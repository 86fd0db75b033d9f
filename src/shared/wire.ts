/** What crosses a wire in a form of its own: an AppError, and the lines of a log, of which there are many. */
import { AppError, type ErrorReport, isErrorCode, reportOf } from './errors.ts'
import { formatLogLine, LogLine, parseLogLine } from './log.ts'

/** The shape RPC errors have on the wire: our report's hint and data travel in `data`. */
export interface WireError {
  readonly code: string
  readonly message: string
  readonly data: { readonly hint?: string | undefined; readonly data?: ErrorReport['data'] }
}

export function toWire(error: unknown): WireError {
  const { code, message, hint, data } = reportOf(error)
  return { code, message, data: { hint, data } }
}

/** An AppError of whatever a client threw: a report from the host, a refused input, a broken connection. */
export function fromWire(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const { code, data } = error as { code?: unknown; data?: unknown }
  if (!isErrorCode(code)) return error
  const { hint, data: facts } = (data ?? {}) as WireError['data']
  return new AppError(code, error.message, typeof hint === 'string' ? hint : undefined, {
    cause: error,
    ...(facts ? { data: { ...facts } } : {})
  })
}

/** Tells lines of a log from other text on the wire; numbers below 20 are the RPC's own. */
const LOG_LINES = 20

/** For both ends of an RPC: the lines of a log travel as one text, which is made and read faster than objects are. */
export const wireFormat = {
  customJsonSerializers: [
    { type: LOG_LINES, condition: isLogLines, serialize: toText, deserialize: fromText }
  ]
}

/** Only lines that are the same when they are read again. */
function isLogLines(value: unknown): value is LogLine[] {
  if (!Array.isArray(value) || !LogLine.safeParse(value[0]).success) return false
  return value.every(({ time, text }: LogLine) => !/[ \n]/.test(time) && !text.includes('\n'))
}

function toText(lines: unknown): string {
  return (lines as LogLine[]).map(formatLogLine).join('\n')
}

function fromText(text: unknown): LogLine[] {
  return String(text)
    .split('\n')
    .flatMap(line => parseLogLine(line) ?? [])
}
