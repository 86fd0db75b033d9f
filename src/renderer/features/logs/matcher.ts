/** Where a text is found in what a row shows, for its highlights; the host counts and names the lines. */
import type { LogFind } from '#shared/log.ts'

/** Places of every match, as pairs of start and end. */
export type Matcher = (text: string) => readonly (readonly [number, number])[]

const MOST = 500

/** Undefined where nothing is looked for, or an expression is not one yet. */
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
      if (places.length === MOST) break
    }
    return places
  }
}
