/** Redaction: no known value survives in any form we can think of, and other text stays. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedact } from '#core/support/redact.ts'

const SECRET = `p@ss "wörd"/100% <it's> \\ päß&+=`
const redact = createRedact([SECRET])
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a value in every form', () => {
  const forms: readonly (readonly [name: string, text: string])[] = [
    ['raw', SECRET],
    ['decomposed', SECRET.normalize('NFD')],
    ['JSON', JSON.stringify({ a: SECRET })],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ a: SECRET }))],
    [
      'JSON in ASCII',
      JSON.stringify(SECRET).replace(/[\u007f-\uffff]/g, c => `\\u00${c.charCodeAt(0).toString(16)}`)
    ],
    ['URL', `?q=${encodeURIComponent(SECRET)}`],
    ['URL, lower case', encodeURIComponent(SECRET).replace(/%../g, code => code.toLowerCase())],
    ['URL twice', encodeURIComponent(encodeURIComponent(SECRET))],
    ['form', new URLSearchParams({ q: SECRET }).toString()],
    ['path', new URL(`http://x/${encodeURI(SECRET)}`).href],
    ['percent bytes', [...Buffer.from(SECRET)].map(byte => `%${byte.toString(16)}`).join('')],
    [
      'HTML',
      SECRET.replace(/&/g, '&amp;')
        .replace(/</g, '&lt;')
        .replace(/>/g, '&gt;')
        .replace(/"/g, '&quot;')
        .replace(/'/g, '&#39;')
    ],
    ['Python', `'${SECRET.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`],
    ['shell', `'${SECRET.replace(/'/g, `'\\''`)}'`],
    ['hex', Buffer.from(SECRET).toString('hex')],
    ['base64', base64(SECRET)],
    ['base64 for addresses', Buffer.from(SECRET).toString('base64url')],
    ['base64 after one byte', base64(`:${SECRET}`)],
    ['base64 after two', base64(`u:${SECRET}`)],
    ['base64 amid other text', base64(`user:${SECRET} and more`)],
    ['base64 of base64', base64(base64(SECRET))],
    ['base64 of UTF-16', Buffer.from(SECRET, 'utf16le').toString('base64')]
  ]
  test.each(forms)('%s', (_name, text) => {
    const out = redact(`before ${text} after`)
    expect(out).toMatch(/^before .*\[redacted\].* after$/)
    for (let at = 0; at + 12 <= SECRET.length; at++) expect(out).not.toContain(SECRET.slice(at, at + 12))
    // Nothing of the form is left, except what may belong to the surrounding text.
    expect(out.replace('[redacted]', '').length).toBeLessThan('before  after'.length + 34)
  })
})

const CYRILLIC = 'пароль-\u{1f511}-päß-0123456789-abcdefghijklmnopqrstuvwxyz'
const LONG = `${SECRET}${CYRILLIC}${'k3y'.repeat(40)}`

describe('a long or non-ASCII value as programs write it', () => {
  const bytesOf = (text: string, quote = "'") =>
    [...Buffer.from(text)]
      .map(byte => {
        const sign = String.fromCharCode(byte)
        if (sign === '\\' || sign === quote) return `\\${sign}`
        return byte >= 0x20 && byte < 0x7f ? sign : `\\x${byte.toString(16).padStart(2, '0')}`
      })
      .join('')
  const hex = [...Buffer.from(CYRILLIC)].map(byte => byte.toString(16).padStart(2, '0'))
  const wrapped = (text: string, width: number, end = '\n') =>
    (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end)
  const forms: readonly (readonly [name: string, value: string, text: string])[] = [
    ["Python's bytes", CYRILLIC, `b'${bytesOf(CYRILLIC)}'`],
    ["Python's bytes with quotes", SECRET, `b'${bytesOf(SECRET)}'`],
    ["Python's ascii()", CYRILLIC, asciiOf(CYRILLIC)],
    ['numbers of HTML', CYRILLIC, CYRILLIC.replace(/[^\x00-\x7f]/gu, sign => `&#${sign.codePointAt(0)};`)],
    ['base64 in lines of 76', LONG, wrapped(base64(LONG), 76)],
    ['base64 in lines of 64, as on Windows', LONG, wrapped(base64(LONG), 64, '\r\n')],
    ['base64 in indented lines', LONG, wrapped(base64(LONG), 60, '\n    ')],
    ['base64 in lines within JSON', LONG, JSON.stringify(wrapped(base64(LONG), 76))],
    ['base64 amid more, in lines', LONG, wrapped(base64(`user:${LONG} and more`), 76)],
    ['hex with colons', CYRILLIC, hex.join(':')],
    ['hex with colons, upper case', CYRILLIC, hex.join(':').toUpperCase()],
    ['hex with spaces', CYRILLIC, hex.join(' ')],
    ['hex with colons, in lines', CYRILLIC, wrapped(`${hex.join(':')}`, 45, '\n    ')],
    ['hex in lines', CYRILLIC, wrapped(hex.join(''), 40)],
    ['a list of bytes', CYRILLIC, hex.map(pair => `0x${pair}`).join(', ')],
    ['a literal of bytes', CYRILLIC, hex.map(pair => `\\x${pair}`).join('')]
  ]
  test.each(forms)('%s', (_name, value, text) => {
    const out = createRedact([value])(`before ${text} after`)
    expect(out).toContain('[redacted]')
    expect(out.length).toBeLessThan('before  after'.length + 60)
  })

  test('base64 whose lines are entries of a log', () => {
    const lines = wrapped(base64(LONG), 76).split('\n')
    const log = lines.map(line => `2026-01-01T00:00:00Z stdout ${line}`).join('\n')
    const out = createRedact([LONG])(log)
    for (const line of lines) if (line.length >= 12) expect(out).not.toContain(line.slice(0, 12))
  })

  test('lines that are not part of it stay', () => {
    const text = `first\r\n  second\\nthird\n${'x'.repeat(200)}\n`
    expect(createRedact([LONG])(text)).toBe(text)
  })

  function asciiOf(text: string): string {
    return [...text]
      .map(sign => {
        const code = sign.codePointAt(0) ?? 0
        if (code < 0x7f) return sign
        if (code <= 0xff) return `\\x${code.toString(16)}`
        return code > 0xffff
          ? `\\U${code.toString(16).padStart(8, '0')}`
          : `\\u${code.toString(16).padStart(4, '0')}`
      })
      .join('')
  }
})

test('parts of a value that are secrets on their own', () => {
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----\n'
  const account = JSON.stringify({ id: 'robot-7', nested: [{ private_key: key, pin: 'abc' }] })
  const out = createRedact([key, account, 'postgres://ada:s3cr%40et@db/x'])
  expect(out('1 stdout MIIEvQIBADANBg\n2 stdout kqhkiG9w0BAQEF')).toBe(
    '1 stdout [redacted]\n2 stdout [redacted]'
  )
  expect(out('as robot-7')).toBe('as [redacted]')
  expect(out('tried s3cr@et, then s3cr%40et')).toBe('tried [redacted], then [redacted]')
})

test('overlapping values leave nothing behind', () => {
  expect(createRedact(['abcdef', 'efghij', 'ijk-last'])('x abcdefghijk-last y')).toBe('x [redacted] y')
})

test('short values are removed where they stand alone, and words that contain them stay', () => {
  expect(createRedact(['ab', '7'])('ab table 7 77 "ab" x=7, caab')).toBe(
    '[redacted] table [redacted] 77 "[redacted]" x=[redacted], caab'
  )
})

test('passwords in addresses and tokens in headers are removed, known or not', () => {
  const out = createRedact([])(
    'GET https://ada:hunter22@host/x hunter22 Authorization: Bearer abc.def-ghi012'
  )
  expect(out).toBe('GET https://ada:[redacted]@host/x [redacted] Authorization: Bearer [redacted]')
})

test('text without secrets keeps every byte', () => {
  const text = 'Ready. Basic facts: nothing to hide.\n\tĄ 😀 \u001b[31mred'
  expect(createRedact([SECRET, 'other-secret'])(text)).toBe(text)
})

test('any value in any surroundings, in any form', () => {
  const encoders: readonly ((text: string) => string)[] = [
    text => text,
    text => JSON.stringify(text),
    text => encodeURIComponent(text),
    text => new URLSearchParams({ text }).toString(),
    text => Buffer.from(text).toString('hex'),
    text => JSON.stringify({ body: JSON.stringify(text) })
  ]
  const printable = fc.string({ minLength: 4, maxLength: 40, unit: 'grapheme' })
  fc.assert(
    fc.property(
      printable,
      fc.string(),
      fc.string(),
      fc.constantFrom(...encoders),
      (value, before, after, encode) => {
        const text = encode(before + value + after)
        const form = encode(value).replace(/^"|"$|^text=|^\{"body":"\\"|\\""\}$/g, '')
        fc.pre(value.trim().length >= 4 && !'[redacted]'.includes(value.trim()) && text.includes(form))
        expect(createRedact([value])(text)).not.toContain(form)
      }
    ),
    { numRuns: 200 }
  )
})

test('any value in base64, at any offset', () => {
  const bytes = fc.uint8Array({ maxLength: 9 })
  fc.assert(
    fc.property(fc.string({ minLength: 5, maxLength: 60 }), bytes, bytes, (value, before, after) => {
      const text = Buffer.concat([before, Buffer.from(value), after]).toString('base64')
      const out = createRedact([value])(text)
      expect(out).toContain('[redacted]')
      expect(out.replace('[redacted]', '').length).toBeLessThanOrEqual(
        (Math.ceil(before.length / 3) + Math.ceil(after.length / 3) + 1) * 4 + 4
      )
    }),
    { numRuns: 200 }
  )
})

test('an endless word is scanned once, not from each of its letters', () => {
  const text = 'f'.repeat(1_000_000)
  expect(createRedact(['hunter22'])(`${text} https://me:hunter22@x`)).toBe(`${text} https://me:[redacted]@x`)
})

test('a megabyte and a thousand values take a moment', () => {
  const many = createRedact(
    Array.from({ length: 1000 }, (_, index) => `value-number-${index}-${'x'.repeat(index % 40)}`)
  )
  const text = 'A line of a log that holds nothing of the kind, value-number is a word in it.\n'.repeat(
    13_000
  )
  const begun = performance.now()
  expect(many(text)).toBe(text)
  expect(performance.now() - begun).toBeLessThan(10_000)
})
