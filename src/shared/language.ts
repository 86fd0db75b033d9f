/** The words of the product in its user's language: English stands in the source, others in a catalog beside it. */

import { visibleText } from './text.ts'

/**
 * English text to the text in another language, values as `{0}`, `{1}` …; where a number decides, to one for each
 * plural category of the language.
 */
export type Catalog = Readonly<Record<string, string | PluralForms>>
export type PluralForms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string }

let tag = 'en'
let catalog: Catalog = {}
let formats: Formats | undefined

/** From here on, texts are in this language. Those made before stay as they are: it is called before anything is drawn. */
export function speak(language: string, words: Catalog): void {
  tag = language
  catalog = words
  formats = undefined
}

/** 1204 -> `1,204`, as the language writes it. */
export function count(value: number): string {
  return decimal(value, 0)
}

/** 1.50 -> `1.5` with at most this many digits behind the point, as the language writes it. */
export function decimal(value: number, digits: 0 | 1 | 2 | 3): string {
  return inFormat().numbers[digits].format(value)
}

/**
 * The text in the user's language; in English where the catalog has none. Of a value, which may be anybody's name, what
 * nobody sees is shown as its number.
 */
export function t(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const shown = values.map(value => (typeof value === 'string' ? visibleText(value) : value))
  return pieces(strings, shown).join('')
}

/** The same as its pieces in order, for values that are no text. */
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
  /** By their digits behind the point. */
  readonly numbers: readonly [Intl.NumberFormat, Intl.NumberFormat, Intl.NumberFormat, Intl.NumberFormat]
}

/** Made at the first number, and once: each costs more than a screen full of numbers to write. */
function inFormat(): Formats {
  formats ??= formatsOf(tag === 'en' ? 'en-GB' : tag)
  return formats
}

function formatsOf(locale: string): Formats {
  const upTo = (maximumFractionDigits: number) => new Intl.NumberFormat(locale, { maximumFractionDigits })
  return { plurals: new Intl.PluralRules(locale), numbers: [upTo(0), upTo(1), upTo(2), upTo(3)] }
}

const PLACE = /\{(\d+)\}/

/** The English text as catalogs know it. */
export function keyOf(strings: readonly string[]): string {
  return strings.reduce((key, string, at) => `${key}{${at - 1}}${string}`).replace(/\s*\n\s*/g, ' ')
}
