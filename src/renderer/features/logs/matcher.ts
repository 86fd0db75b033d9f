/** Finds a text within a row, to highlight it; the host finds and counts the matching lines. */
import type { LogFind } from '#shared/log.ts'

/** Places of every match, as pairs of start and end. */
export type Matcher = (text: string) => readonly (readonly [number, number])[]

const MATCH_LIMIT = 500

/** Undefined if the text to find is empty, or the expression is not valid yet. */
export function createMatcher(find: LogFind): Matcher | undefined {
  if (find.text === '') return undefined
  let expression: RegExp
  try {
    const source = find.regex ? `(?:${find.text})` : find.text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    const whole = find.wholeWord ? `(?<![\\p{L}\\p{N}_])${source}(?![\\p{L}\\p{N}_])` : source
    expression = new RegExp(whole, find.caseSensitive ? 'gu' : 'giu')
  } catch {
    return undefined
  }
  return text => {
    const places: (readonly [number, number])[] = []
    for (const match of text.matchAll(expression)) {
      if (match[0].length > 0) places.push([match.index, match.index + match[0].length])
      if (places.length === MATCH_LIMIT) break
    }
    return places
  }
}
