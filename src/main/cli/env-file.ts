/** Parses the files of `--env-file`: NAME=VALUE lines in the format of shells and other tools. */
import { UsageError } from './command.ts'

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*?)\s*$/
const QUOTED = /^(['"])(.*)\1\s*(?:#.*)?$/s
/** Up to the quote that ends a value; only a comment may follow. */
const LAST_LINE = {
  '"': /^((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/,
  "'": /^([^']*)'\s*(?:#.*)?$/
}

/**
 * Variables by name. A line is a comment, empty, or NAME=VALUE with an optional `export`. A value is bare or in quotes;
 * a quoted value may span lines. Double quotes support \n, \" and \\. UsageError with the line's number for any other
 * line, and for a quote that is not closed.
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
    // Take the line as written, with the spaces at its end.
    const first = line.slice(line.indexOf(quote))
    values[name] = unquoted([first, ...lines.slice(at + 1, last + 1)].join('\n'))
    at = last
  }
  return values
}

type Quote = keyof typeof LAST_LINE

/** The opening quote of a value, if the line does not close it. */
function openQuote(value: string): Quote | undefined {
  const quote = value[0]
  if (quote !== '"' && quote !== "'") return undefined
  return holds(value.slice(1), quote) ? undefined : quote
}

/** Whether the text has such a quote, not counting escaped ones. */
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
