/** TOML for the editor: which parts of a line are keys, strings, numbers, comments. Takes linear time for any text. */
import type { StreamParser, StringStream } from '@codemirror/language'

interface State {
  /** The quotes that end the current multi-line string; empty outside a multi-line string. */
  quotes: string
  /** True after the equals sign. */
  value: boolean
  /** Number of open brackets and braces in the value. */
  depth: number
}

export const tomlLanguage: StreamParser<State> = {
  name: 'toml',
  startState: () => ({ quotes: '', value: false, depth: 0 }),
  copyState: state => ({ ...state }),
  token(stream, state) {
    if (state.quotes) return stringOver(stream, state)
    if (stream.sol() && state.depth === 0) state.value = false
    if (stream.eatSpace()) return null
    if (stream.peek() === '#') {
      stream.skipToEnd()
      return 'comment'
    }
    if (stream.match('"""') || stream.match("'''")) {
      state.quotes = stream.current()
      return stringOver(stream, state)
    }
    if (stream.peek() === '"' || stream.peek() === "'") return shortString(stream, state)
    return state.value ? valueToken(stream, state) : keyToken(stream, state)
  },
  languageData: { commentTokens: { line: '#' } }
}

/** Reads to the closing quotes, or to the end of the line. */
function stringOver(stream: StringStream, state: State): string {
  while (!stream.eol()) {
    if (stream.match(state.quotes)) {
      state.quotes = ''
      break
    }
    if (stream.next() === '\\' && state.quotes === '"""') stream.next()
  }
  return 'string'
}

function shortString(stream: StringStream, state: State): string {
  const quote = stream.next()
  while (!stream.eol()) {
    const next = stream.next()
    if (next === quote) break
    if (next === '\\' && quote === '"') stream.next()
  }
  return state.value ? 'string' : 'propertyName'
}

function keyToken(stream: StringStream, state: State): string | null {
  const next = stream.next()
  if (next === '=') {
    state.value = true
    return null
  }
  if (next === '[' || next === ']') {
    stream.eatWhile(/[^\]#]/)
    stream.eatWhile(']')
    return 'atom'
  }
  stream.eatWhile(/[^=#"'\s]/)
  return 'propertyName'
}

function valueToken(stream: StringStream, state: State): string | null {
  const next = stream.next() ?? ''
  if ('[{'.includes(next)) {
    state.depth += 1
    return 'bracket'
  }
  if (']}'.includes(next)) {
    state.depth = Math.max(0, state.depth - 1)
    return 'bracket'
  }
  if (/[\w+-]/.test(next)) {
    stream.eatWhile(/[\w.:+-]/)
    if (/^(true|false)$/.test(stream.current())) return 'bool'
    return /^[+-]?(\d|inf|nan)/.test(stream.current()) ? 'number' : 'propertyName'
  }
  return null
}
