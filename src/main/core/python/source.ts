/** Finds how a Python source serves its app (routes, servers, frameworks) from its text; never runs it or throws. */
import { lineCounter } from '#shared/manifest-text/text.ts'
import { type Code, isMainBlock, readCode } from './code.ts'

export interface Sighting {
  /** One-based. */
  readonly line: number
  /** As written, without spaces around it. */
  readonly code: string
}

export interface PythonFacts {
  /** Routes of `@app('/route')` and `listen('/route', …)`, in order. */
  readonly routes: readonly (Sighting & { readonly route: string })[]
  /** The module exports `main`, which today's server starts. */
  readonly exportsMain?: Sighting | undefined
  /** It calls `listen(…)`, as apps of the guide do. */
  readonly listens?: Sighting | undefined
  /** It has the `if __name__ == '__main__'` block. */
  readonly mainBlock?: Sighting | undefined
  /** It starts a web server that is not Wave's. */
  readonly serves?: Sighting | undefined
  /** It has something that its framework's own command serves: a Streamlit script, or an object such as FastAPI(). */
  readonly framework?: Sighting | undefined
}

/** Limit of UTF-16 code units that are read of a source. */
export const MAX_SOURCE_LENGTH = 512 * 1024

// Patterns for code without strings; a `"` begins a string.
const ROUTE = /(?:^[ \t]*@(?:\w+\.)?app|(?<![\w.])(?:\w+\.)?listen)[ \t]*\(\s*[rRuUbBfF]{0,2}(?=")/gm
const PLAIN_STRING = /'(?!'')([^'\\\r\n]*)'|"(?!"")([^"\\\r\n]*)"/y
const WAVE_IMPORT = /^[ \t]*from[ \t]+(?:h2o_wave|h2o_q)(?:\.\w+)*[ \t]+import[ \t]+([^\r\n]*)/gm
const LISTEN = /(?<![\w.])(?:\w+\.)?listen[ \t]*\(/g
const SERVES =
  /\b(?:uvicorn\.run|app\.run|serve_forever|run_server|web\.run_app|run_simple|waitress\.serve|ui\.run|pn\.serve|execute_from_command_line|\.launch)[ \t]*\(/g
const FRAMEWORK =
  /^(?:(?:import|from)[ \t]+streamlit\b|\w+[ \t]*(?::[^=\r\n]+)?=[ \t]*(?:\w+\.)?(?:FastAPI|Starlette|Flask|Quart|Litestar)[ \t]*\()/gm

export function readPython(whole: string): PythonFacts {
  const source = whole.slice(0, MAX_SOURCE_LENGTH)
  const code = readCode(source)
  const { text, lines } = code
  const sight = sighterOf(source, code)
  const at = (offset: number | undefined) => (offset === undefined ? undefined : sight(offset))
  const first = (pattern: RegExp) => at(text.matchAll(pattern).next().value?.index)
  const wave = [...text.matchAll(WAVE_IMPORT)]
  return {
    routes: wave.length > 0 ? routesOf(source, code, sight) : [],
    exportsMain: at(wave.find(match => exports(match[1] ?? '', 'main'))?.index),
    listens: wave.length > 0 ? first(LISTEN) : undefined,
    mainBlock: at(lines.find(({ from }) => text.startsWith('if', from) && isMainBlock(source, from))?.from),
    serves: first(SERVES),
    framework: first(FRAMEWORK)
  }
}

type Sight = (offset: number) => Sighting

function routesOf(source: string, { text }: Code, sight: Sight): PythonFacts['routes'] {
  return [...text.matchAll(ROUTE)].flatMap(({ 0: { length }, index }) => {
    PLAIN_STRING.lastIndex = index + length
    const found = PLAIN_STRING.exec(source)
    return found ? [{ ...sight(index), route: found[1] ?? found[2] ?? '' }] : []
  })
}

function exports(names: string, wanted: string): boolean {
  const list = names.replace(/[()]/g, ' ').split(',')
  return list.some(name => name.trim() === wanted || name.trim() === '*')
}

/** Shows the rest of the line from the first code after an offset, without its comment. */
function sighterOf(source: string, { text }: Code): Sight {
  const placeOf = lineCounter(source)
  return offset => {
    const start = offset + Math.max(0, text.slice(offset).search(/\S/))
    const feed = source.indexOf('\n', start)
    const end = start + text.slice(start, feed < 0 ? undefined : feed).trimEnd().length
    const code = source.slice(start, end)
    return { line: placeOf(start).line, code: code.length > 80 ? `${code.slice(0, 79)}…` : code }
  }
}
