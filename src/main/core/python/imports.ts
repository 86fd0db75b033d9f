/** The imports of a Python source: a light reading of its text, for nothing of it is ever run. Never throws. */
import type { Range } from '#shared/manifest-text/text.ts'

export interface Import {
  /** Leading dots: 0 for `import a`, 1 for `from . import a`. */
  readonly level: number
  /** `a.b`; empty for `from . import a`. */
  readonly module: string
  /** What `from … import` takes from it; `*` for all. */
  readonly names: readonly string[]
  /** Below an `if` or `try`, or where errors are suppressed: the app may do without it. */
  readonly optional: boolean
  /** Below `if __name__ == "__main__":` and nothing else: it is run where the file is the program. */
  readonly inMain: boolean
  /** Where the module is named. */
  readonly range: Range
}

const MAX_IMPORTS = 2000

export function readImports(source: string): Import[] {
  const code = blank(source)
  const imports: Import[] = []
  /** Columns of the blocks around, as far as they are optional; innermost last. */
  const optional: number[] = []
  let mainBlock = false
  for (const { from, to } of code.lines) {
    const line = code.text.slice(from, to)
    const word = /^[ \t\f]*(\w+)/.exec(line)
    if (/^[ \t\f]*$/.test(line)) continue
    const column = columnOf(line)
    while ((optional.at(-1) ?? -1) >= column) optional.pop()
    if (column === 0) mainBlock = MAIN_BLOCK.test(source.slice(from, to))
    const header = OPTIONAL.has(word?.[1] ?? '') || (word?.[1] === 'with' && line.includes('suppress'))
    const isOptional = header || optional.length > 0
    if (header) optional.push(column)
    if (!line.includes('import')) continue
    for (const statement of statementsOf(line, from)) {
      const found = importsOf(statement)
      const inMain = mainBlock && optional.length <= 1 && !(header && column > 0)
      imports.push(...found.map(each => ({ ...each, optional: isOptional, inMain })))
      if (imports.length >= MAX_IMPORTS) return imports.slice(0, MAX_IMPORTS)
    }
  }
  return imports
}

const MAIN_BLOCK =
  /^if[ \t]*\(?[ \t]*(?:__name__[ \t]*==[ \t]*['"]__main__['"]|['"]__main__['"][ \t]*==[ \t]*__name__)/

const OPTIONAL: ReadonlySet<string> = new Set(['if', 'elif', 'else', 'try', 'except', 'finally', 'case'])

function columnOf(line: string): number {
  let column = 0
  for (const char of line) {
    if (char === '\t') column += 8 - (column % 8)
    else if (char === ' ') column++
    else if (char !== '\f') break
  }
  return column
}

const PIECE = /[^'"#\\()[\]{}\r\n]+|\r\n?|\n|'''|"""|./suy
const LINE_END = /\r\n?|\n/y
const REST_OF_LINE = /[^\r\n]*/y
// None of them can fail, so none goes back: what is not closed ends with its line, or with the text.
const TRIPLE = { "'''": /(?:[^\\']+|\\.|'(?!''))*(?:''')?/suy, '"""': /(?:[^\\"]+|\\.|"(?!""))*(?:""")?/suy }
const SINGLE = {
  "'": /(?:[^\\'\r\n]+|\\(?:\r\n|.))*'?/suy,
  '"': /(?:[^\\"\r\n]+|\\(?:\r\n|.))*"?/suy
}

/** The source with its strings, comments and continued line ends blanked at the same length, and its logical lines. */
function blank(source: string): { text: string; lines: readonly Range[] } {
  const out: string[] = []
  const lines: Range[] = []
  let from = source.startsWith('\ufeff') ? 1 : 0
  let depth = 0
  let at = 0
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(source)?.[0] ?? ''
    at += found.length
    return found
  }
  while (at < source.length) {
    const piece = take(PIECE)
    if (piece === "'''" || piece === '"""') out.push('"'.repeat(3 + take(TRIPLE[piece]).length))
    else if (piece === "'" || piece === '"') out.push('"'.repeat(1 + take(SINGLE[piece]).length))
    else if (piece === '#') out.push(' '.repeat(1 + take(REST_OF_LINE).length))
    else if (piece === '\\') out.push(' '.repeat(1 + take(LINE_END).length))
    else if (/^[\r\n]/.test(piece)) {
      out.push(' '.repeat(piece.length))
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

interface Token {
  readonly text: string
  readonly at: number
}

const TOKEN = /[\p{L}_][\p{L}\p{N}_]*|\S/gu

/** A line cut at each `;` and `:` outside of brackets; `from` is where the line begins. */
function* statementsOf(line: string, from: number): Generator<Token[]> {
  let statement: Token[] = []
  let depth = 0
  for (const match of line.matchAll(TOKEN)) {
    const [text] = match
    if (/^[([{]$/.test(text)) depth++
    else if (/^[)\]}]$/.test(text)) depth--
    if (depth <= 0 && (text === ';' || text === ':')) {
      yield statement
      statement = []
    } else statement.push({ text, at: from + match.index })
  }
  yield statement
}

type Found = Omit<Import, 'optional' | 'inMain'>

function importsOf(tokens: readonly Token[]): Found[] {
  if (tokens[0]?.text === 'from') return importFrom(tokens)
  if (tokens[0]?.text !== 'import') return []
  const found: Found[] = []
  let at = 1
  for (;;) {
    const name = dottedName(tokens, at)
    if (!name) return found
    found.push({ level: 0, module: name.text, names: [], range: name.range })
    at = name.next
    if (tokens[at]?.text === 'as') at += 2
    if (tokens[at]?.text !== ',') return found
    at++
  }
}

function importFrom(tokens: readonly Token[]): Found[] {
  let at = 1
  while (tokens[at]?.text === '.') at++
  const level = at - 1
  const name = dottedName(tokens, at)
  const first = tokens[1]
  const end = tokens[name ? name.next : at]
  if (!first || end?.text !== 'import' || (level === 0 && !name)) return []
  const names: string[] = []
  let isName = true
  for (const { text } of tokens.slice((name ? name.next : at) + 1)) {
    if (isName && (isWord(text) || text === '*')) names.push(text)
    isName = text === ',' || text === '('
  }
  const to = name?.range.to ?? first.at + level
  return [{ level, module: name?.text ?? '', names, range: { from: first.at, to } }]
}

function dottedName(tokens: readonly Token[], start: number) {
  const parts: Token[] = []
  let next = start
  for (;;) {
    const part = tokens[next]
    if (!part || !isWord(part.text) || part.text === 'import') return undefined
    parts.push(part)
    next++
    if (tokens[next]?.text !== '.') break
    next++
  }
  const last = parts.at(-1) as Token
  const range = { from: (parts[0] as Token).at, to: last.at + last.text.length }
  return { text: parts.map(({ text }) => text).join('.'), range, next }
}

function isWord(text: string): boolean {
  return /^[\p{L}_]/u.test(text)
}
