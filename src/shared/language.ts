/** Texts in the user's language: English is in the source, other languages are in catalogs beside it. */

import { visibleText } from './text.ts'

/**
 * Maps English text to the text in another language, with values as `{0}`, `{1}` …; if a number decides, to one text
 * for each plural category of the language.
 */
export type Catalog = Readonly<Record<string, string | PluralForms>>
export type PluralForms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string }

let tag = 'en'
let catalog: Catalog = {}
let formats: Formats | undefined

/** Sets the language of texts made from now on. Earlier texts do not change: call it before anything is drawn. */
export function speak(language: string, words: Catalog): void {
  tag = language
  catalog = words
  formats = undefined
}

/** 1204 -> `1,204`, as the language writes it. */
export function count(value: number): string {
  return decimal(value, 0)
}

/** 1.50 -> `1.5` with at most this many decimal places, as the language writes it. */
export function decimal(value: number, digits: 0 | 1 | 2 | 3): string {
  return inFormat().numbers[digits].format(value)
}

/**
 * The text in the user's language, or English if the catalog has no translation. Invisible characters in values are
 * shown as their numbers, because a value may be a name from an untrusted source.
 */
export function t(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const shown = values.map(value => (typeof value === 'string' ? visibleText(value) : value))
  return pieces(strings, shown).join('')
}

/** The same as a list of pieces in order, for values that are not text. */
export function pieces<Value>(strings: TemplateStringsArray, values: readonly Value[]): (string | Value)[] {
  const key = keyOf(strings)
  const found = catalog[key]
  const text = typeof found === 'string' ? found : key
  return text
    .split(PLACE)
    .map((piece, at) => (at % 2 === 0 ? piece : (values[Number(piece)] as Value)))
    .filter(piece => piece !== '')
}

/** `1 file`, `2 files`: the catalog has it under `{0} file`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  const found = catalog[`{0} ${one}`]
  const forms = typeof found === 'object' ? found : { one: `{0} ${one}`, other: `{0} ${many}` }
  return (forms[inFormat().plurals.select(value)] ?? forms.other).replace('{0}', () => count(value))
}

interface Formats {
  readonly plurals: Intl.PluralRules
  /** By number of decimal places. */
  readonly numbers: readonly [Intl.NumberFormat, Intl.NumberFormat, Intl.NumberFormat, Intl.NumberFormat]
}

/** Created once, at the first number: creating one costs more than formatting a screen full of numbers. */
function inFormat(): Formats {
  formats ??= formatsOf(tag === 'en' ? 'en-GB' : tag)
  return formats
}

function formatsOf(locale: string): Formats {
  const upTo = (maximumFractionDigits: number) => new Intl.NumberFormat(locale, { maximumFractionDigits })
  return { plurals: new Intl.PluralRules(locale), numbers: [upTo(0), upTo(1), upTo(2), upTo(3)] }
}

const PLACE = /\{(\d+)\}/

/** The key of an English text in catalogs. */
export function keyOf(strings: readonly string[]): string {
  return strings.reduce((key, string, at) => `${key}{${at - 1}}${string}`).replace(/\s*\n\s*/g, ' ')
}
