/** Log lines as a terminal should show them: safe, with their stream and time told apart. */
import type { LogLine } from '#shared/log.ts'
import { neutralise } from '#shared/text.ts'

/** Quiet text, and a warm tint that the terminal darkens or lightens until it can be read on the theme. */
const SYSTEM = '\x1b[90m'
const STDERR = '\x1b[38;5;181m'
const BOLD = '\x1b[1m'
const RESET = '\x1b[0m'

/** The first line the launcher writes in each run. */
const RUN_START = /"message":"configuration"/

export interface RenderOptions {
  readonly timestamps: boolean
  /** Columns a divider may take. */
  readonly columns: number
}

/** Joins a page into one text. `midLine` says the line before has not ended; the result says it of its last. */
export function renderLines(
  lines: readonly LogLine[],
  options: RenderOptions,
  midLine = false
): { readonly text: string; readonly midLine: boolean } {
  let text = ''
  let inside = midLine
  for (const line of lines) {
    if (!inside && line.stream === 'system' && RUN_START.test(line.text)) text += divider(line, options)
    if (!inside && options.timestamps) text += `${SYSTEM}${clock(line.time)}${RESET} `
    text += coloured(line)
    inside = line.partial === true
    if (!inside) text += '\r\n'
  }
  return { text, midLine: inside }
}

/** A row of the viewer's own, told apart from whatever an app can print. */
export function noteRow(words: string): string {
  return `${RESET}${SYSTEM}── ${neutralise(words)} ──${RESET}\r\n`
}

function coloured(line: LogLine): string {
  const safe = withoutConceal(neutralise(line.text))
  if (line.stream === 'system') return `${SYSTEM}${safe}${RESET}`
  return line.stream === 'stderr' ? `${STDERR}${safe}${RESET}` : `${safe}${RESET}`
}

function divider(line: LogLine, { columns }: RenderOptions): string {
  const words = ` run of ${clock(line.time)} `
  const rest = Math.max(4, Math.min(columns, 100) - words.length - 2)
  return `${SYSTEM}──${BOLD}${words}${RESET}${SYSTEM}${'─'.repeat(rest)}${RESET}\r\n`
}

/** Hidden text is text nobody reads before clicking: colour codes may not conceal, nor blink. */
function withoutConceal(text: string): string {
  if (!text.includes('\x1b[')) return text
  return text.replace(
    /\x1b\[([0-9;:]*)m/g,
    (_whole, codes: string) => `\x1b[${harmless(codes.split(';')).join(';')}m`
  )
}

const HIDING = new Set([5, 6, 8])

function harmless(codes: readonly string[]): string[] {
  const kept: string[] = []
  for (let at = 0; at < codes.length; ) {
    const code = codes[at] as string
    // 38 and 48 take the codes after them as their colour: `5;n` or `2;r;g;b`.
    const takes = Number(code) === 38 || Number(code) === 48 ? (Number(codes[at + 1]) === 2 ? 5 : 3) : 1
    if (takes > 1 || !HIDING.has(Number(code))) kept.push(...codes.slice(at, at + takes))
    at += takes
  }
  // No code at all would mean a reset.
  return kept.length === 0 ? ['28'] : kept
}

/** Time of day in the reader's zone. */
function clock(time: string): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? time : date.toLocaleTimeString('en-GB', { hour12: false })
}
