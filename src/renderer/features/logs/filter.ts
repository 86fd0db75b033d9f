/** Filters the lines of a log: with a text, without another text, of a level or a more severe one. */
import { LEVELS, type Level } from './level.ts'

export interface LogFilter {
  /** Plain text, ignoring case, or a regular expression between slashes; empty for all lines. */
  readonly only: string
  readonly exclude: string
  readonly level: Level
}

export const NO_FILTER: LogFilter = { only: '', exclude: '', level: 'debug' }

export function isFiltering(filter: LogFilter): boolean {
  return filter.only !== '' || filter.exclude !== '' || filter.level !== 'debug'
}

export interface FilteredLine {
  readonly plain: string
  readonly level: Level | undefined
}

/** Undefined if nothing is filtered. An incomplete expression matches as plain text. */
export function createFilter(filter: LogFilter): ((line: FilteredLine) => boolean) | undefined {
  if (!isFiltering(filter)) return undefined
  const only = filter.only === '' ? undefined : textTest(filter.only)
  const exclude = filter.exclude === '' ? undefined : textTest(filter.exclude)
  const least = LEVELS.indexOf(filter.level)
  return ({ plain, level }) =>
    // A line without a level counts as ordinary.
    LEVELS.indexOf(level ?? 'info') >= least && (!only || only(plain)) && !exclude?.(plain)
}

function textTest(text: string): (plain: string) => boolean {
  const expression = /^\/(.+)\/$/.exec(text)?.[1]
  if (expression !== undefined) {
    try {
      const compiled = new RegExp(expression, 'i')
      return plain => compiled.test(plain)
    } catch {
      // An incomplete expression matches as plain text.
    }
  }
  const wanted = text.toLowerCase()
  return plain => plain.toLowerCase().includes(wanted)
}
