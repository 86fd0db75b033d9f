/** Types with a form of their own on the wire: an AppError, and log lines, because there are many. */
import { AppError, type ErrorReport, isErrorCode, reportOf } from './errors.ts'
import { formatLogLine, LogLine, parseLogLine } from './log.ts'

/** The shape of RPC errors on the wire: the hint and data of our report are in `data`. */
export interface WireError {
  readonly code: string
  readonly message: string
  readonly data: { readonly hint?: string | undefined; readonly data?: ErrorReport['data'] }
}

export function toWire(error: unknown): WireError {
  const { code, message, hint, data } = reportOf(error)
  return { code, message, data: { hint, data } }
}

/** An AppError from any error a client throws: a report from the host, a refused input, a broken connection. */
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

/** Marks log lines on the wire; the RPC itself uses numbers below 20. */
const LOG_LINES = 20

/** For both ends of an RPC: log lines travel as one text, which is faster to write and parse than objects. */
export const wireFormat = {
  customJsonSerializers: [
    { type: LOG_LINES, condition: isLogLines, serialize: toText, deserialize: fromText }
  ]
}

/** True only for lines that are the same after writing and parsing. */
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
