/** How severe a line is, read from its text: JSON, logging, uvicorn, loguru, logfmt, waved, tracebacks. */

export const LEVELS = ['debug', 'info', 'warning', 'error'] as const
export type Level = (typeof LEVELS)[number]

const NAMES: Readonly<Record<string, Level>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warning',
  warning: 'warning',
  err: 'error',
  error: 'error',
  critical: 'error',
  fatal: 'error',
  panic: 'error'
}

/** A level is near the beginning of its line. */
const LOOKED_AT = 240
const JSON_LEVEL = /"(?:level|levelname|severity|lvl)"\s*:\s*"(\w+)"/i
const LOGFMT_LEVEL = /(?:^|\s)(?:level|lvl|severity)=(\w+)/i
const WORD = /(?:^|[\s[|:(-])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)(?=[\s\]|:),-]|$)/
const EXCEPTION = /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt)\b(?::|$)/
const WARNING = /(?:^|\s)[A-Z]\w*Warning: /
/** `2020/10/13 06:38:58 # {…}`, as waved writes. */
const WAVED = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d # /

/** The level of a line without control sequences; undefined if it has none. */
export function levelOf(text: string): Level | undefined {
  const start = text.length > LOOKED_AT ? text.slice(0, LOOKED_AT) : text
  const first = start.trimStart().charAt(0)
  const named = first === '{' ? JSON_LEVEL.exec(start) : (WORD.exec(start) ?? LOGFMT_LEVEL.exec(start))
  if (named) return NAMES[(named[1] as string).toLowerCase()]
  if (start.startsWith('Traceback (most recent call last)') || EXCEPTION.test(start)) return 'error'
  if (WARNING.test(start)) return 'warning'
  if (WAVED.test(start)) return /"(?:err|error)":/.test(start) ? 'error' : 'info'
  return undefined
}

const CONTINUATION = /^(?:\x1b\[[0-9;:]*m)*(?:\s+\S|During handling of the above|The above exception was)/

/** Whether a line, which may be coloured, continues the lines before it: indented, or part of a traceback. */
export function isContinuation(text: string): boolean {
  return CONTINUATION.test(text)
}
