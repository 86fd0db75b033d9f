/** What a Python source says about serving: a light reading of its text, for nothing of it is ever run. */

export interface Sighting {
  /** One-based. */
  readonly line: number
  /** As written, without spaces around it. */
  readonly code: string
}

export interface PythonFacts {
  /** Routes of `@app('/route')` and `listen('/route', …)`, in order. */
  readonly routes: readonly (Sighting & { readonly route: string })[]
  /** The module exports `main`, which today's server is started with. */
  readonly exportsMain?: Sighting | undefined
  /** It calls `listen(…)`, as apps of the guide's time do. */
  readonly listens?: Sighting | undefined
  /** It has the `if __name__ == '__main__'` block. */
  readonly mainBlock?: Sighting | undefined
  /** It starts a web server that is not Wave's. */
  readonly serves?: Sighting | undefined
  /** It has what its framework's own program serves: a Streamlit script, an object such as FastAPI(). */
  readonly framework?: Sighting | undefined
}

/** Longer sources are read to here, in UTF-16 code units. */
export const MAX_SOURCE_LENGTH = 512 * 1024

const STRING = String.raw`[rRuUbBfF]{0,2}(?:'([^'\\\n]*)'|"([^"\\\n]*)")`
const ROUTE = new RegExp(
  String.raw`(?:^[ \t]*@(?:\w+\.)?(app)|(?<![\w.])(?:\w+\.)?(listen))[ \t]*\(\s*${STRING}`,
  'gm'
)
const WAVE_IMPORT =
  /^[ \t]*from[ \t]+(?:h2o_wave|h2o_q)(?:\.\w+)*[ \t]+import[ \t]+(\([^)]{0,4000}\)|(?:[^\n\\]|\\\n)*)/gm
const LISTEN = /(?<![\w.])(?:\w+\.)?listen[ \t]*\(/g
const MAIN_BLOCK =
  /^if[ \t]+(?:__name__[ \t]*==[ \t]*['"]__main__['"]|['"]__main__['"][ \t]*==[ \t]*__name__)/gm
const SERVES =
  /\b(?:uvicorn\.run|app\.run|serve_forever|run_server|web\.run_app|run_simple|waitress\.serve|ui\.run|pn\.serve|execute_from_command_line|\.launch)[ \t]*\(/g
const FRAMEWORK =
  /^(?:(?:import|from)[ \t]+streamlit\b|\w+[ \t]*(?::[^=\n]+)?=[ \t]*(?:\w+\.)?(?:FastAPI|Starlette|Flask|Quart|Litestar)[ \t]*\()/gm

export function readPython(source: string): PythonFacts {
  const text = withoutComments(source.slice(0, MAX_SOURCE_LENGTH))
  const wave = [...text.matchAll(WAVE_IMPORT)]
  const main = wave.find(match => exports(match[1] ?? '', 'main'))
  const routes = wave.length > 0 ? [...text.matchAll(ROUTE)] : []
  return {
    routes: routes.map(match => ({ ...sighting(text, match), route: match[3] ?? match[4] ?? '' })),
    exportsMain: main && sighting(text, main),
    listens: wave.length > 0 ? firstOf(text, LISTEN) : undefined,
    mainBlock: firstOf(text, MAIN_BLOCK),
    serves: firstOf(text, SERVES),
    framework: firstOf(text, FRAMEWORK)
  }
}

function exports(names: string, wanted: string): boolean {
  const list = names.replace(/[()\\]/g, ' ').split(',')
  return list.some(name => name.trim() === wanted || name.trim() === '*')
}

function firstOf(text: string, pattern: RegExp): Sighting | undefined {
  pattern.lastIndex = 0
  const match = pattern.exec(text)
  return match ? sighting(text, match) : undefined
}

function sighting(text: string, match: RegExpExecArray): Sighting {
  const at = match.index + (/^\s*/.exec(match[0])?.[0].length ?? 0)
  let line = 1
  for (let feed = text.indexOf('\n'); feed >= 0 && feed < at; feed = text.indexOf('\n', feed + 1)) line++
  const end = text.indexOf('\n', at)
  const code = text.slice(at, end < 0 ? text.length : end).trim()
  return { line, code: code.length > 80 ? `${code.slice(0, 79)}…` : code }
}

const TRIPLE = (quote: string) =>
  String.raw`${quote}{3}[^${quote}\\]*(?:(?:\\.|${quote}(?!${quote}{2}))[^${quote}\\]*)*(?:${quote}{3}|$)`
const SINGLE = (quote: string) => String.raw`${quote}(?:[^${quote}\\\n]|\\.)*${quote}`
const QUIET = new RegExp(
  String.raw`#[^\n]*|${['"', "'"].flatMap(quote => [TRIPLE(quote), SINGLE(quote)]).join('|')}`,
  'gs'
)

/** Comments and triple-quoted strings become spaces of the same length; other strings stay. */
function withoutComments(source: string): string {
  return source
    .replace('\ufeff', '')
    .replaceAll('\r\n', '\n')
    .replace(QUIET, found => (/^#|^"""|^'''/.test(found) ? found.replace(/[^\n]/g, ' ') : found))
}
