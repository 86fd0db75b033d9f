/** Python code without strings and comments, for the patterns of imports.ts and source.ts. Never throws. */
import type { Range } from '#shared/manifest-text/text.ts'

export interface Code {
  /**
   * As long as the source, so that offsets are the same in both. Each character of a string is a quote; comments,
   * continued line ends and line ends in brackets are spaces.
   */
  readonly text: string
  /** The logical lines, with their line ends; brackets, long strings and backslashes continue a line. */
  readonly lines: readonly Range[]
}

const PIECE = /[^'"#\\()[\]{}\r\n]+|\r\n?|\n|'''|"""|./suy
const LINE_END = /\r\n?|\n/y
const REST_OF_LINE = /[^\r\n]*/y
// These always match and never backtrack: an unclosed string ends with its line, an unclosed long string with the
// source.
const LONG = { "'''": /(?:[^\\']+|\\.|'(?!''))*(?:''')?/suy, '"""': /(?:[^\\"]+|\\.|"(?!""))*(?:""")?/suy }
const SHORT = {
  "'": /(?:[^\\'\r\n]+|\\(?:\r\n|.))*'?/suy,
  '"': /(?:[^\\"\r\n]+|\\(?:\r\n|.))*"?/suy
}

export function readCode(source: string): Code {
  const out: string[] = []
  const lines: Range[] = []
  let from = 0
  let depth = 0
  let at = 0
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0] ?? ''
    at += found.length
    return found
  }
  if (source.startsWith('\ufeff')) {
    // The byte order mark is replaced by a line end, because the code after it begins a line.
    out.push('\n')
    from = at = 1
  }
  while (at < source.length) {
    const piece = take(PIECE)
    if (piece === "'''" || piece === '"""') out.push('"'.repeat(3 + take(LONG[piece]).length))
    else if (piece === "'" || piece === '"') out.push('"'.repeat(1 + take(SHORT[piece]).length))
    else if (piece === '#') out.push(' '.repeat(1 + take(REST_OF_LINE).length))
    else if (piece === '\\') out.push(' '.repeat(1 + take(LINE_END).length))
    else if (/^[\r\n]/.test(piece)) {
      out.push(depth > 0 ? ' '.repeat(piece.length) : piece)
      if (depth > 0) continue
      lines.push({ from, to: at })
      from = at
    } else {
      if ('([{'.includes(piece)) depth++
      else if (')]}'.includes(piece)) depth = Math.max(0, depth - 1)
      out.push(piece)
    }
  }
  lines.push({ from, to: source.length })
  return { text: out.join(''), lines }
}

const MAIN_BLOCK =
  /if[ \t]*\(?[ \t]*(?:__name__[ \t]*==[ \t]*['"]__main__['"]|['"]__main__['"][ \t]*==[ \t]*__name__)/y

/** Whether `if __name__ == "__main__":` begins at the offset, which must be in code. */
export function isMainBlock(source: string, offset: number): boolean {
  MAIN_BLOCK.lastIndex = offset
  return MAIN_BLOCK.test(source)
}
