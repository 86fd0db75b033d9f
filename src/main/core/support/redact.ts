/** Removes known secret values, in every form, from text. All text that leaves this computer passes here. */
import { binaryForms, formsOf, partsOf, passwordsIn } from './encodings.ts'

export type Redact = (text: string) => string

export const REDACTED = '[redacted]'

/** Shorter values are removed only as whole words, because they are part of many words. */
const MIN_INSIDE = 4

/**
 * Removes known values in every form, and passwords in addresses and tokens of Authorization headers, known or not. All
 * marks are equal, so they show neither which value was there nor its length.
 */
export function createRedact(values: Iterable<string>): Redact {
  const parts = new Set([...values].flatMap(partsOf))
  const inside = [...parts].filter(part => part.length >= MIN_INSIDE)
  const forms = new Set(inside.flatMap(part => [...formsOf(part)].filter(form => form.length >= MIN_INSIDE)))
  const findOnLine = createFinder(forms)
  const findBroken = acrossLines(() =>
    createFinder(
      new Set(inside.flatMap(part => [...binaryForms(part)].filter(form => form.length >= MIN_BROKEN)))
    )
  )
  const find = (text: string) => merged([...findOnLine(text), ...findBroken(text)])
  const alone = aloneOf([...parts].filter(part => part.length < MIN_INSIDE))
  return text => {
    const unknown = passwordsIn(text).filter(password => password.length >= MIN_INSIDE)
    const known = replaceRanges(text, find(text))
    const rest = unknown.length > 0 ? replaceRanges(known, createFinder(new Set(unknown))(known)) : known
    const withoutShort = alone ? rest.replace(alone, REDACTED) : rest
    return withoutShort.replace(AUTHORIZATION, `$1${REDACTED}`)
  }
}

const SECRET_NAME = /token|secret|passw|credential|api_?key|private|auth(?!or)/i

/** Values of variables whose names suggest a secret; passwords in addresses are found by their form. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value && value.length >= 6 && SECRET_NAME.test(name) && !/^(\/|[A-Za-z]:\\)/.test(value) ? [value] : []
  )
}

const AUTHORIZATION = /\b((?:Bearer|Basic|Token)\s+)(?!\[redacted\])[\w+/=.~-]{8,}/gi

function aloneOf(values: readonly string[]): RegExp | undefined {
  if (values.length === 0) return undefined
  const words = values.map(value => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words})(?![\\p{L}\\p{N}_])`, 'gu')
}

type Range = readonly [from: number, to: number]

/** All places of the needles, merged if they touch, so that overlapping secrets leave no rest. */
function createFinder(needles: ReadonlySet<string>): (text: string) => readonly Range[] {
  const byStart = new Map<string, string[]>()
  const first = new Uint8Array(65_536)
  for (const needle of needles) {
    const start = needle.slice(0, MIN_INSIDE)
    const same = byStart.get(start)
    if (same) same.push(needle)
    else byStart.set(start, [needle])
    first[needle.charCodeAt(0)] = 1
  }
  for (const same of byStart.values()) same.sort((a, b) => b.length - a.length)

  return text => {
    const ranges: [number, number][] = []
    for (let at = 0; at <= text.length - MIN_INSIDE; at++) {
      if (first[text.charCodeAt(at)] !== 1) continue
      const found = byStart.get(text.slice(at, at + MIN_INSIDE))?.find(needle => text.startsWith(needle, at))
      if (found === undefined) continue
      const last = ranges.at(-1)
      if (last && at <= last[1]) last[1] = Math.max(last[1], at + found.length)
      else ranges.push([at, at + found.length])
    }
    return ranges
  }
}

/** Shorter base64 and hex are not searched across line breaks. */
const MIN_BROKEN = 16
/** A line break, real or as written in a literal, with white space around it, where base64 or hex may continue. */
const LINE_BREAK = /(?<=[\w+/:-]{16})[ \t]*(?:\r?\n|\\r\\n|\\n)[ \t]*(?=[\w+/:-])/g

/** Finds values that continue on the next line: removes the breaks, searches, and maps each place back. */
function acrossLines(makeFinder: () => (text: string) => readonly Range[]) {
  let find: ReturnType<typeof makeFinder> | undefined
  return (text: string): readonly Range[] => {
    const breaks = [...text.matchAll(LINE_BREAK)]
    if (breaks.length === 0) return []
    find ??= makeFinder()
    // Where each piece begins, in the text without breaks and in the original text.
    const pieces = [{ from: 0, origin: 0 }]
    let joined = ''
    let position = 0
    for (const {
      0: { length },
      index
    } of breaks) {
      joined += text.slice(position, index)
      position = index + length
      pieces.push({ from: joined.length, origin: position })
    }
    joined += text.slice(position)
    let at = 0
    const back = (place: number) => {
      while ((pieces[at + 1]?.from ?? Number.POSITIVE_INFINITY) <= place) at++
      const piece = pieces[at]
      return piece ? piece.origin + place - piece.from : place
    }
    return find(joined).map(([from, to]) => [back(from), back(to - 1) + 1] as const)
  }
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const result: [number, number][] = []
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result
}

function replaceRanges(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text
  let result = ''
  let position = 0
  for (const [from, to] of ranges) {
    result += text.slice(position, from) + REDACTED
    position = to
  }
  return result + text.slice(position)
}
