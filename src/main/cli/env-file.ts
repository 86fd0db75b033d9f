/** Reads the files of `--env-file`: NAME=VALUE lines as shells and other tools write them. */
import { UsageError } from './command.ts'

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*?)\s*$/
const QUOTED = /^(['"])(.*)\1\s*(?:#.*)?$/s
/** Up to the quote that ends a value, with nothing but a comment behind it. */
const LAST_LINE = {
  '"': /^((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/,
  "'": /^([^']*)'\s*(?:#.*)?$/
}

/**
 * Variables by name. A line is a comment, empty, or NAME=VALUE with an optional `export`; a value is bare, or in quotes,
 * and then it may go on over further lines. Double quotes know \n, \" and \\. UsageError with the line's number for
 * any other line, and for a quote that is not closed.
 */
export function parseEnvFile(text: string, file: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (/^\s*(?:#.*)?$/.test(line)) continue
    const [, name, value = ''] = ASSIGNMENT.exec(line) ?? []
    if (name === undefined) throw new UsageError(`${file}:${at + 1} is not NAME=VALUE.`, 'Correct the line.')
    const quote = openQuote(value)
    if (!quote) {
      values[name] = unquoted(value)
      continue
    }
    const last = lines.findIndex((further, index) => index > at && holds(further, quote))
    if (!LAST_LINE[quote].test(lines[last] ?? '')) throw notClosed(file, at + 1, quote)
    // As it is written, with the spaces at the end of its first line.
    const first = line.slice(line.indexOf(quote))
    values[name] = unquoted([first, ...lines.slice(at + 1, last + 1)].join('\n'))
    at = last
  }
  return values
}

type Quote = keyof typeof LAST_LINE

/** The quote a value begins with, where the line does not hold another. */
function openQuote(value: string): Quote | undefined {
  const quote = value[0]
  if (quote !== '"' && quote !== "'") return undefined
  return holds(value.slice(1), quote) ? undefined : quote
}

/** Whether there is such a quote, and not only one that is part of the value. */
function holds(text: string, quote: Quote): boolean {
  return (quote === '"' ? text.replace(/\\./g, '') : text).includes(quote)
}

function unquoted(value: string): string {
  const quoted = QUOTED.exec(value)
  if (!quoted) return value.replace(/\s+#.*$/, '')
  const inner = quoted[2] ?? ''
  return quoted[1] === '"' ? inner.replace(/\\(n|"|\\)/g, (_, c: string) => (c === 'n' ? '\n' : c)) : inner
}

function notClosed(file: string, line: number, quote: string): UsageError {
  return new UsageError(
    `${file}:${line} begins a value with ${quote} that does not end with it.`,
    'Close the quote at the end of the value, or leave it out.'
  )
}
