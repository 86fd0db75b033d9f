/** Hostile text: only characters and colours of it reach a terminal. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { t } from '#shared/language.ts'
import {
  displayWidth,
  hiddenSigns,
  neutralise,
  plainLine,
  plainText,
  visibleText,
  withoutHidden
} from '#shared/text.ts'

test.each([
  ['colour stays', '\x1b[31mred\x1b[0m \x1b[38;5;8mgrey\x1b[m', '\x1b[31mred\x1b[0m \x1b[38;5;8mgrey\x1b[m'],
  ['the title of the window', 'a\x1b]0;owned\x07b', 'ab'],
  ['a link, ended by ST', '\x1b]8;;http://evil\x1b\\click\x1b]8;;\x1b\\', 'click'],
  ['the clipboard', 'x\x1b]52;c;aGk=\x07y', 'xy'],
  ['cursor and screen', 'a\x1b[2J\x1b[1;1H\x1b[?1049hb', 'ab'],
  ['a device control string', 'a\x1bP1$r0m\x1b\\b', 'ab'],
  ['eight-bit forms', 'a\x9b2Jb\x9d0;t\x9cc\x9b31md', 'abc\x1b[31md'],
  ['character sets and resets', 'a\x1b(0\x1bcb', 'ab'],
  ['an unfinished string hides no text', 'a\x1b]0;rest\nnext line\x07', 'a0;rest\nnext line'],
  ['an escape at the end', 'a\x1b', 'a'],
  ['bidi overrides', 'a\u202egnp.\u2066exe\u2069', 'agnp.exe'],
  ['backspaces and bells', 'a\b\b\x07b', 'ab'],
  ['line ends of Windows', 'a\r\nb\r', 'a\nb'],
  ['a carriage return that would hide text', 'rm -rf /\rharmless', 'rm -rf /\u240dharmless'],
  ['tabs and newlines stay', 'a\tb\nc', 'a\tb\nc'],
  ['other scripts stay', 'żółć 日本 🚀 e\u0301', 'żółć 日本 🚀 e\u0301']
])('neutralise: %s', (_what, hostile, expected) => {
  expect(neutralise(hostile)).toBe(expected)
})

// Scanned again from each of them, these would take minutes.
test.each(['\x90', '\r', '\x1b]', '\x9b0', '\x1b '])(
  'a long row of %j takes no longer than other texts',
  part => {
    const row = part.repeat(300_000)
    for (const clean of [neutralise(`${row}end`), plainText(`${row}end`)]) expect(clean).toMatch(/nd$/)
  }
)

const nasty = fc.string({
  unit: fc.constantFrom(
    '\x1b',
    '[',
    ']',
    'P',
    '\x9b',
    '\x9d',
    '\x07',
    '\\',
    '\x9c',
    '3',
    ';',
    'm',
    'J',
    '\n',
    '\r',
    '\u202e',
    'a'
  )
})

test('neutralise leaves no control but colour, tab and newline, for any input, and is idempotent', () => {
  fc.assert(
    fc.property(nasty, text => {
      const clean = neutralise(text)
      const rest = clean.replace(/\x1b\[[0-9;:]*m/g, '')
      expect(rest).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
      expect(neutralise(clean)).toBe(clean)
    })
  )
})

test('plainText returns one line without any control', () => {
  fc.assert(
    fc.property(nasty, text => {
      expect(plainText(text)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/)
    })
  )
  expect(plainText(' \x1b[31mred\x1b[0m\n\tname ')).toBe('red name')
  expect(plainLine('  \x1b[31mFile\x1b[0m "a.py"\x1b[2J\tline 1')).toBe('  File "a.py"\tline 1')
})

test.each([
  ['abc', 3],
  ['żółć', 4],
  ['日本', 4],
  ['e\u0301', 1],
  ['🚀', 2],
  ['ＡＢ', 4],
  ['', 0]
])('the width of %s is %d', (text, width) => {
  expect(displayWidth(text)).toBe(width)
})

test.each([
  ['a turned direction', 'Safe \u202efdp.exe', 'Safe ‹U+202E›fdp.exe'],
  ['isolates and marks', 'a\u2066b\u2069c\u200ed\u061ce', 'a‹U+2066›b‹U+2069›c‹U+200E›d‹U+061C›e'],
  ['signs without width', 'pay\u200bpal\u2060.\ufeffexe', 'pay‹U+200B›pal‹U+2060›.‹U+FEFF›exe'],
  ['joiners that join nothing', 'pay\u200dpal\u200c', 'pay‹U+200D›pal‹U+200C›'],
  ['an escape sequence', 'a\x1b[31mred', 'a‹U+001B›[31mred'],
  ['C1 controls and DEL', 'a\x9b2J\x7f', 'a‹U+009B›2J‹U+007F›'],
  ['a carriage return', 'rm -rf\rharmless', 'rm -rf‹U+000D›harmless'],
  ['a soft hyphen and fillers', 'a\u00adb\u3164c\u115fd', 'a‹U+00AD›b‹U+3164›c‹U+115F›d'],
  ['separators of lines', 'a\u2028b\u2029', 'a‹U+2028›b‹U+2029›'],
  ['tags beyond the basic plane', 'a\u{e0041}', 'a‹U+E0041›'],
  ['half of a pair', 'a\ud800b', 'a‹U+D800›b'],
  ['line breaks and tabs stay', 'a\tb\r\nc\nd', 'a\tb\r\nc\nd'],
  ['other scripts stay', 'żółć 日本 שלום مرحبا', 'żółć 日本 שלום مرحبا'],
  [
    'a family of emoji stays',
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u2764\ufe0f\u200d\u{1f525}',
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u2764\ufe0f\u200d\u{1f525}'
  ],
  [
    'what joins Persian and Hindi stays',
    '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0915\u094d\u200d\u0937',
    '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0915\u094d\u200d\u0937'
  ]
])('visibleText: %s', (_what, text, shown) => {
  expect(visibleText(text)).toBe(shown)
  // Applying it twice changes nothing more.
  expect(visibleText(shown)).toBe(shown)
  expect(hiddenSigns(text)).toEqual([...new Set(shown.match(/U\+[\dA-F]+/g) ?? [])])
  expect(hiddenSigns(withoutHidden(text))).toEqual([])
})

test('a value in a text shows its hidden characters', () => {
  expect(t`Remove ${'Safe \u202efdp.exe'}?`).toBe('Remove Safe ‹U+202E›fdp.exe?')
})
