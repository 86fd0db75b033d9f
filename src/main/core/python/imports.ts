/** Finds the imports of a Python source by searching its text; the source is never run. Never throws. */
import type { Range } from '#shared/manifest-text/text.ts'
import { isMainBlock, readCode } from './code.ts'

export interface Import {
  /** Leading dots: 0 for `import a`, 1 for `from . import a`. */
  readonly level: number
  /** `a.b`; empty for `from . import a`. */
  readonly module: string
  /** The names after `from … import`; `*` for all. */
  readonly names: readonly string[]
  /** Inside an `if` or `try`, or where errors are suppressed: the app may work without this module. */
  readonly optional: boolean
  /** Inside `if __name__ == "__main__":` and no other condition: it runs only if the file is the main program. */
  readonly inMain: boolean
  /** The place of the module's name. */
  readonly range: Range
}

const MAX_IMPORTS = 2000

export function readImports(source: string): Import[] {
  const code = readCode(source)
  const imports: Import[] = []
  /** Columns of the optional blocks around the line, innermost last. */
  const optional: number[] = []
  let mainBlock = false
  for (const { from, to } of code.lines) {
    const line = code.text.slice(from, to)
    const word = /^[ \t\f]*(\w+)/.exec(line)
    if (line.trim() === '') continue
    const column = columnOf(line)
    while ((optional.at(-1) ?? -1) >= column) optional.pop()
    if (column === 0) mainBlock = isMainBlock(source, from)
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

interface Token {
  readonly text: string
  readonly at: number
}

const TOKEN = /[\p{L}_][\p{L}\p{N}_]*|\S/gu

/** The statements of a line, split at each `;` and `:` outside brackets; `from` is the line's offset. */
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
