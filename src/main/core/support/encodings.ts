/** The forms in which a secret value may appear in text: unchanged, in part, and in the encodings programs use. */

/** Shorter parts are too common to be treated as a secret. */
const MIN_PART = 6

/** The value and its secret parts: its lines, the texts in its JSON, the password in its address. */
export function partsOf(value: string): readonly string[] {
  const parts = [value, value.trim()]
  const lines = value.split(/\r?\n/).map(line => line.trim())
  if (lines.length > 1) parts.push(...lines.filter(line => line.length >= MIN_PART))
  parts.push(...jsonTexts(value), ...passwordsIn(value))
  return [...new Set(parts)].filter(part => part !== '')
}

function jsonTexts(value: string): readonly string[] {
  if (!/^\s*[[{"]/.test(value)) return []
  const found: string[] = []
  try {
    JSON.parse(value, (_key, item: unknown) => {
      if (typeof item === 'string' && item.length >= MIN_PART) found.push(item, ...linesOf(item))
      return item
    })
  } catch {
    return []
  }
  return found
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map(line => line.trim())
  return lines.length > 1 ? lines.filter(line => line.length >= MIN_PART) : []
}

/**
 * Passwords from `user:password@` in addresses, as written and decoded. The length of a scheme is limited: without a
 * limit, a long word takes extremely long.
 */
export function passwordsIn(text: string): readonly string[] {
  return [...text.matchAll(/[a-z][a-z\d+.-]{0,30}:\/\/[^/\s:@]*:([^/\s@]+)@/gi)].flatMap(
    ([, password = '']) => [password, decoded(password)]
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Every form of a value. Inside a longer base64 text a value has three forms, depending on where its first byte falls.
 */
export function formsOf(value: string): ReadonlySet<string> {
  const plain = new Set([value, value.normalize('NFC'), value.normalize('NFD')])
  const forms = new Set<string>()
  for (const text of plain) {
    for (const once of new Set(escaped(text))) {
      forms.add(once)
      for (const twice of escaped(once)) forms.add(twice)
    }
    for (const form of binaryForms(text)) forms.add(form)
  }
  forms.delete('')
  return forms
}

/** Forms in base64 and hex, which programs break into lines at any place. */
export function binaryForms(text: string): ReadonlySet<string> {
  const bytes = Buffer.from(text, 'utf8')
  const packed = base64Forms(bytes)
  const forms = [...packed, ...base64Forms(Buffer.from(text, 'utf16le')), ...hexForms(bytes)]
  const twice = packed.flatMap(form => base64Forms(Buffer.from(form)))
  return new Set([
    ...forms.filter(form => form.length >= MIN_PART),
    ...base64Lines(bytes),
    ...twice.filter(form => form.length >= 2 * MIN_PART)
  ])
}

/** Separators between the bytes: none, or those of certificates, dumps and C literals. */
const HEX_GAPS = ['', ':', ' ', '-', '\\x', ', 0x']

function hexForms(bytes: Buffer): readonly string[] {
  const pairs = [...bytes].map(byte => byte.toString(16).padStart(2, '0'))
  return HEX_GAPS.flatMap(gap => [pairs.join(gap), pairs.map(pair => pair.toUpperCase()).join(gap)])
}

/** The lines of a long base64 text, because each may be in its own log entry: 76 characters in mail, 64 in PEM. */
function base64Lines(bytes: Buffer): readonly string[] {
  const text = bytes.toString('base64')
  const lines = [76, 64].flatMap(width => text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [])
  return lines.map(line => line.replace(/=+$/, '')).filter(line => line.length >= 2 * MIN_PART)
}

/** The value escaped for text formats: JSON, Python and shell literals, addresses and forms, HTML. */
function escaped(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = json.replace(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
  return [
    text,
    json,
    json.replaceAll('/', '\\/'),
    ascii,
    ascii.replace(/\\u[\da-f]{4}/g, unit => `\\u${unit.slice(2).toUpperCase()}`),
    text
      .replaceAll('\\', '\\\\')
      .replaceAll("'", "\\'")
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
      .replaceAll('\t', '\\t'),
    pythonAscii(text),
    ...pythonBytes(text),
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replace(/([^\w@%+=:,./-])/g, '\\$1'),
    ...urlForms(text),
    ...htmlForms(text)
  ]
}

/** A text's bytes as Python writes them: b'p\xc3\xa4', with its quote escaped or not. */
function pythonBytes(text: string): readonly string[] {
  const written = [...Buffer.from(text, 'utf8')].map(byte => {
    if (byte >= 0x20 && byte < 0x7f && byte !== 0x5c) return String.fromCharCode(byte)
    return SHORT_ESCAPES[byte] ?? `\\x${byte.toString(16).padStart(2, '0')}`
  })
  const bytes = written.join('')
  return [bytes, bytes.replaceAll("'", "\\'")]
}

const SHORT_ESCAPES: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' }

/** A text as Python's ascii() writes it: 'p\xe4', '\u0444', '\U0001f600'. */
function pythonAscii(text: string): string {
  return [...text]
    .map(sign => {
      const code = sign.codePointAt(0) ?? 0
      if (code >= 0x20 && code < 0x7f && code !== 0x5c && code !== 0x27) return sign
      if (code === 0x27) return "\\'"
      if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`
      if (code > 0xff) return `\\u${code.toString(16).padStart(4, '0')}`
      return SHORT_ESCAPES[code] ?? `\\x${code.toString(16).padStart(2, '0')}`
    })
    .join('')
}

function htmlForms(text: string): readonly string[] {
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quoted = html.replaceAll('"', '&quot;')
  return [
    html,
    html.replace(/[^\x00-\x7f]/gu, sign => `&#${sign.codePointAt(0)};`),
    quoted,
    quoted.replaceAll("'", '&#39;'),
    quoted.replaceAll("'", '&#x27;'),
    html.replaceAll('"', '&#34;').replaceAll("'", '&#39;')
  ]
}

/** Replaces lone halves of surrogate pairs: an address cannot contain them. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
}

/**
 * Characters left unescaped by encodeURIComponent, by encodeURI, by HTML forms, by Python with and without "/", by
 * stricter encoders, and by those that escape everything.
 */
const SAFE_SIGNS = ["-_.~!'()*", "-_.~!'()*;/?:@&=+$,#", '-_.*', '-_.~/', '-_.~', '-_.', '']

function urlForms(text: string): readonly string[] {
  const bytes = [...Buffer.from(wellFormed(text), 'utf8')]
  return SAFE_SIGNS.flatMap(safe => {
    const signs = bytes.map(byte => {
      const sign = String.fromCharCode(byte)
      const stays = safe.includes(sign) || (safe !== '' && /[A-Za-z0-9]/.test(sign))
      return stays ? sign : `%${byte.toString(16).padStart(2, '0')}`
    })
    const url = signs.join('')
    return [url, url.replaceAll('%20', '+')].flatMap(form => [form, upperHex(form)])
  })
}

const upperHex = (text: string) => text.replace(/%[\da-f]{2}/g, code => code.toUpperCase())

/** The part of a longer text's base64 that depends on `bytes` alone, for each of their three possible offsets. */
function base64Forms(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap(offset => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const whole = Math.floor(((offset + bytes.length) * 8) / 6)
    const core = text.slice(Math.ceil((offset * 8) / 6), whole)
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
