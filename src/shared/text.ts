/** Makes text from apps and servers safe to show: no control sequence, no hidden direction change, known width. */

/**
 * Escape sequences: terminated strings (OSC, DCS, SOS, PM, APC), CSI, and those of two and three bytes. A string ends
 * where another begins, so that a series of string starts is not scanned again from each of them.
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
 * Removes every control sequence except SGR colour, and bidi controls, from text for a terminal. A carriage return
 * inside a line would hide the text before it; it becomes a visible sign.
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

/** One line of plain text: no sequences, and each run of white space becomes one space. For names and messages. */
export function plainText(text: string): string {
  const clean = CONTROL.test(text) ? withoutControls(text.replace(SEQUENCE, '')) : text
  return clean.replace(/\s+/g, ' ').trim()
}

/** Signs of a script or an emoji that join their neighbours, at places where they do just that. */
const JOINS =
  '(?<=[\\p{sc=Arab}\\p{sc=Syrc}\\p{sc=Mong}\\p{sc=Deva}\\p{sc=Beng}\\p{sc=Guru}\\p{sc=Gujr}\\p{sc=Orya}\\p{sc=Taml}\\p{sc=Telu}\\p{sc=Knda}\\p{sc=Mlym}\\p{sc=Sinh}\\p{sc=Khmr}\\p{sc=Mymr}])[\\u200c\\u200d]|' +
  '(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d(?=\\p{Extended_Pictographic})'
/** Visible format characters: they stand before Arabic and Syriac numbers. */
const SEEN = '[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2]'
/** Control, format and filler characters, and lone surrogates; tabs and line breaks are allowed. */
const HIDDEN = new RegExp(
  `(?!${JOINS}|${SEEN}|[\\t\\n]|\\r\\n)[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u3164\\uffa0]`,
  'gu'
)
const PLAIN = /^[\x20-\x7e\n\t]*$/

/**
 * A name, safe to show: each character that is invisible or changes the text direction becomes its number. So "Safe
 * \u202efdp.exe" is `Safe ‹U+202E›fdp.exe`, never `Safe exe.pdf`. Only for display: data stays as it is.
 */
export function visibleText(text: string): string {
  return PLAIN.test(text) ? text : text.replace(HIDDEN, sign => `‹${numberOf(sign)}›`)
}

/** `visibleText` on one line: each run of white space becomes one space. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ').trim()
}

/** The invisible characters of a text, each once, as `U+202E`. */
export function hiddenSigns(text: string): string[] {
  return PLAIN.test(text) ? [] : [...new Set((text.match(HIDDEN) ?? []).map(numberOf))]
}

/** The text without its invisible characters. */
export function withoutHidden(text: string): string {
  return PLAIN.test(text) ? text : text.replace(HIDDEN, '')
}

function numberOf(sign: string): string {
  return `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

const COLOURS = /\x1b\[[0-9;:]*m/g

/** The text without its colours; other sequences stay. */
export function withoutColours(text: string): string {
  return text.includes('\x1b') ? text.replace(COLOURS, '') : text
}

/** A line of a log: no sequences, white space unchanged. */
export function plainLine(text: string): string {
  return withoutColours(neutralise(text))
}

/** Like `plainText`, but keeps line breaks. For descriptions and hints. */
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

/** Columns that plain text takes on a terminal: two for wide characters, none for combining ones. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) {
    if (ZERO_WIDTH.test(character)) continue
    width += WIDE.test(character) ? 2 : 1
  }
  return width
}
