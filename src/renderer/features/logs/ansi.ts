/** The colours of a line: splits it into styled runs of plain text and drops all other control sequences. */
import { neutralise } from '#shared/text.ts'

/** A colour: one of the sixteen of the theme, or red, green and blue. */
export type Colour = number | readonly [number, number, number]

export interface Style {
  readonly text?: Colour
  readonly ground?: Colour
  readonly bold?: boolean
  readonly dim?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
  readonly struck?: boolean
  readonly inverse?: boolean
}

export interface Run {
  readonly start: number
  readonly end: number
  readonly style: Style
}

export interface Styled {
  readonly plain: string
  /** In order, without overlap; text outside the runs has the line's own style. */
  readonly runs: readonly Run[]
}

const SGR = /\x1b\[([0-9;:]*)m/g
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const NONE: readonly Run[] = []

/**
 * Makes an app's text safe to show: separates colours, removes all other sequences, and shows characters that change
 * the text direction as their numbers. Styles that would hide text (conceal, blink) are ignored.
 */
export function styled(text: string): Styled {
  const safe = neutralise(text.replace(BIDI, visibleSign))
  if (!safe.includes('\x1b')) return { plain: safe, runs: NONE }
  const runs: Run[] = []
  let plain = ''
  let style: Style | undefined
  let position = 0
  const take = (end: number) => {
    const piece = safe.slice(position, end)
    if (style && piece) runs.push({ start: plain.length, end: plain.length + piece.length, style })
    plain += piece
  }
  for (const match of safe.matchAll(SGR)) {
    take(match.index)
    style = nextStyle(style, match[1] as string)
    position = match.index + match[0].length
  }
  take(safe.length)
  return { plain, runs }
}

function visibleSign(sign: string): string {
  return `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`
}

/** Undefined for the line's own style. */
function nextStyle(before: Style | undefined, codes: string): Style | undefined {
  let style: Style | undefined = before
  const list = codes.split(/[;:]/).map(Number)
  for (let at = 0; at < list.length; at++) {
    const code = list[at] as number
    if (code === 38 || code === 48) {
      const [colour, taken] = longColour(list, at + 1)
      at += taken
      if (colour !== undefined) style = { ...style, [code === 38 ? 'text' : 'ground']: colour }
    } else style = withCode(style, code)
  }
  return style && Object.keys(style).length > 0 ? style : undefined
}

/** Reads `5;n` or `2;r;g;b`; also returns the number of codes read. */
function longColour(list: readonly number[], at: number): [Colour | undefined, number] {
  if (list[at] === 5) return [paletteColour(list[at + 1] ?? 0), 2]
  if (list[at] !== 2) return [undefined, 1]
  const [red = 0, green = 0, blue = 0] = list.slice(at + 1, at + 4)
  return [[red & 255, green & 255, blue & 255], 4]
}

/** The theme's sixteen colours, a cube of 216, and 24 greys. */
function paletteColour(index: number): Colour {
  if (index < 16) return index
  if (index >= 232) {
    const grey = 8 + 10 * (Math.min(index, 255) - 232)
    return [grey, grey, grey]
  }
  const step = (part: number) => (part === 0 ? 0 : 55 + 40 * part)
  const cube = index - 16
  return [step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6)]
}

const ON: Readonly<Record<number, keyof Style>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  9: 'struck'
}
const OFF: Readonly<Record<number, readonly (keyof Style)[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['struck'],
  39: ['text'],
  49: ['ground']
}

function withCode(style: Style | undefined, code: number): Style | undefined {
  if (code === 0) return undefined
  const on = ON[code]
  if (on) return { ...style, [on]: true }
  const off = OFF[code]
  if (off)
    return Object.fromEntries(Object.entries(style ?? {}).filter(([key]) => !off.includes(key as never)))
  if (code >= 30 && code <= 37) return { ...style, text: code - 30 }
  if (code >= 90 && code <= 97) return { ...style, text: code - 82 }
  if (code >= 40 && code <= 47) return { ...style, ground: code - 40 }
  if (code >= 100 && code <= 107) return { ...style, ground: code - 92 }
  return style
}
