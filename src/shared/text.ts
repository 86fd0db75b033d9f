/** Text from apps and servers, made safe to show: no control sequence, no hidden direction change, known width. */

/**
 * Escape sequences: terminated strings (OSC, DCS, SOS, PM, APC), CSI, and the two- and three-byte ones. A string ends
 * where another begins, so that a row of beginnings is not looked through anew from each.
 */
const STRING_SEQUENCE =
  '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d\\x9e\\x9f])[^\\x07\\x1b\\x90\\x98\\x9c-\\x9f\\n]*(?:\\x07|\\x1b\\\\|\\x9c)'
const CSI_SEQUENCE = '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]'
const SHORT_SEQUENCE = '\\x1b[ -/]*[0-~]?'
const SEQUENCE = new RegExp(`${STRING_SEQUENCE}|${CSI_SEQUENCE}|${SHORT_SEQUENCE}`, 'g')
const COLOUR = /^(?:\x1b\[|\x9b)[0-9;:]*m$/

/** C0 but tab and newline, DEL, C1; bidi embeddings, overrides, isolates and marks; line and paragraph separators. */
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/
const CONTROLS = new RegExp(CONTROL.source, 'g')

/**
 * Takes every control sequence but SGR colour out of text that goes to a terminal, and bidi controls with it.
 * A carriage return inside a line, which would hide what stands before it, becomes a visible sign.
 */
export function neutralise(text: string): string {
  if (!CONTROL.test(text)) return text
  let result = ''
  let position = 0
  for (const match of text.matchAll(SEQUENCE)) {
    result += withoutControls(text.slice(position, match.index))
    if (COLOUR.test(match[0])) result += match[0].replace('\x9b', '\x1b[')
    position = match.index + match[0].length
  }
  return result + withoutControls(text.slice(position))
}

/** One line of plain text: no sequence at all, and each run of white space a single space. For names and messages. */
export function plainText(text: string): string {
  const clean = CONTROL.test(text) ? withoutControls(text.replace(SEQUENCE, '')) : text
  return clean.replace(/\s+/g, ' ').trim()
}

/** Signs of a script or an emoji that join what is around them, where they do just that. */
const JOINS =
  '(?<=[\\p{sc=Arab}\\p{sc=Syrc}\\p{sc=Mong}\\p{sc=Deva}\\p{sc=Beng}\\p{sc=Guru}\\p{sc=Gujr}\\p{sc=Orya}\\p{sc=Taml}\\p{sc=Telu}\\p{sc=Knda}\\p{sc=Mlym}\\p{sc=Sinh}\\p{sc=Khmr}\\p{sc=Mymr}])[\\u200c\\u200d]|' +
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d(?=\\p{Extended_Pictographic})'
/** Format characters that are seen, as they stand before Arabic and Syriac numbers. */
const SEEN = '[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2]'
/** Control, format and filler characters, lone surrogates; a tab and a line break are what they are. */
const HIDDEN = new RegExp(
  `(?!${JOINS}|${SEEN}|[\\t\\n]|\\r\\n)[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u3164\\uffa0]`,
  'gu'
)
const PLAIN = /^[\x20-\x7e\n\t]*$/

/**
 * A name as it may be shown: each character that nobody sees, or that turns the text around it, as its number. So
 * "Safe \u202efdp.exe" is `Safe ‹U+202E›fdp.exe`, never `Safe exe.pdf`. For what is shown only: data stays as it is.
 */
export function visibleText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(HIDDEN, sign => `‹${numberOf(sign)}›`)
}

/** The same on one line, each run of white space a single space. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ').trim()
}

/** The characters of a text that nobody sees, each once, as `U+202E`. */
export function hiddenSigns(text: string): string[] {
  return PLAIN.test(text) ? [] : [...new Set((text.match(HIDDEN) ?? []).map(numberOf))]
}

/** The text without them. */
export function withoutHidden(text: string): string {
  return PLAIN.test(text) ? text : text.replace(HIDDEN, '')
}

function numberOf(sign: string): string {
  return `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

const COLOURS = /\x1b\[[0-9;:]*m/g

/** Text without its colours; other sequences stay. */
export function withoutColours(text: string): string {
  return text.includes('\x1b') ? text.replace(COLOURS, '') : text
}

/** A line of a log: no sequence at all, its white space as it is. */
export function plainLine(text: string): string {
  return withoutColours(neutralise(text))
}

/** As `plainText`, but with its line breaks. For descriptions and hints. */
export function plainLines(text: string): string {
  return text
    .split(/\r?\n/)
    .map(line => plainText(line))
    .join('\n')
}

function withoutControls(text: string): string {
  return text
    .replace(/(?<!\r)\r+(?=\n|$)/g, '')
    .replace(/\r+/g, '\u240d')
    .replace(CONTROLS, '')
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u
const ZERO_WIDTH = /[\p{Mark}\p{Default_Ignorable_Code_Point}]/u

/** Columns a terminal gives to plain text: two for wide characters, none for combining ones. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) {
    if (ZERO_WIDTH.test(character)) continue
    width += WIDE.test(character) ? 2 : 1
  }
  return width
}
