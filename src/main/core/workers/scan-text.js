/**
 * Reads the beginning of a file as text, and checks quickly whether it may hold a secret: the rules take a millisecond
 * per file, this check takes microseconds. Plain JavaScript, because a Node 20 worker cannot load TypeScript source.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs'

/** Bytes read of each file. */
export const MAX_TEXT_BYTES = 1024 * 1024
/** A NUL within this many bytes makes a file binary. */
const BINARY_BYTES = 8 * 1024

const buffer = Buffer.alloc(MAX_TEXT_BYTES)

/**
 * Every match of a rule contains one of these. The rules are stricter; a test creates matches of each rule and checks
 * that none is missed.
 */
const HINTS = [
  // Keys of Amazon Web Services.
  '(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}',
  '(?:ACCESS|access|Access)_?(?:KEY|key|Key)',
  // A name and a password in an address.
  '://[-\\w]{1,256}:[-\\w]{1,256}@',
  // The same with any characters, and tokens without a name: in files about packages.
  '://[^\\s/@]{1,256}@',
  'x-oauth-basic@',
  // Tokens whose beginning shows which service they are for.
  '_authToken=',
  'npm_\\w{36}',
  'xox[bpaor]-',
  'xapp-',
  'T3BlbkFJ',
  'sk-ant-api0',
  'lin_api_',
  '-----BEGIN',
  'SG\\.\\w',
  'shp(?:pa|ca|at|ss)_',
  'gh[pousr]_\\w{36}',
  'github_pat_',
  'ops_ey'
]
const HINT = new RegExp(HINTS.join('|'))
const HINT_OF_ANY_CASE =
  /mongodb(?:\+srv)?:\/\/|mysqlx?:\/\/|postgres(?:ql)?:\/\/|hooks\.slack\.com\/services\//i

/**
 * Reads the beginning of a file; the next call overwrites it.
 * @param {string} file
 * @returns {Buffer | undefined} Undefined for a file that is not text, is empty or can no longer be read.
 */
export function readText(file) {
  let descriptor = -1
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const length = readSync(descriptor, buffer, 0, MAX_TEXT_BYTES, 0)
    const bytes = buffer.subarray(0, length)
    return length === 0 || bytes.subarray(0, BINARY_BYTES).includes(0) ? undefined : bytes
  } catch {
    // Bundling it will fail and report why.
    return undefined
  } finally {
    if (descriptor !== -1) closeSync(descriptor)
  }
}

/** Files that configure where packages come from. */
const PACKAGE_FILE =
  /(?:^|[\\/])(?:[^\\/]*(?:requirements|constraints)[^\\/]*\.(?:txt|in)|(?:requirements|constraints)[\\/][^\\/]+\.(?:txt|in)|\.?pip\.(?:conf|ini)|(?:py|uv|poetry|pdm|pylock|pixi|hatch)[^\\/]*\.(?:toml|lock)|Pipfile(?:\.lock)?|setup\.(?:cfg|py)|tox\.ini|\.condarc|[^\\/]*environment[^\\/]*\.ya?ml)$/i
/** In any file: an option of pip, or a variable that pip or uv reads, followed by an address. */
const PACKAGE_LINE =
  /^\s*(?:-(?:i|f|r|c|e)\b|--?(?:index-url|extra-index-url|find-links|requirement|constraint|editable|proxy)\b|(?:export\s+|set\s+|ENV\s+|ARG\s+)?(?:PIP|UV)_[A-Z_]*[=\s:])|\bpip3?\s+install\b/
const ADDRESS = /\b([a-z][a-z\d+.-]{0,30}):\/\/([^\s/"'<>,;]{1,512})@(?=[\w[])/gi
/** Placeholders for a value that is set where packages are installed: variables, or signs for "put yours here". */
const VARIABLE = /\$\{[^}]*\}|\$[A-Z_][A-Z\d_]*|%[A-Za-z_]\w*%|\{\{?[^}]*\}\}?|\*+|x{3,}/g
const NO_PASSWORD = /^(?:|git|hg|oauth2|x-access-token|__token__|[a-z._-]{1,15})$/i

/**
 * Finds passwords and tokens in addresses of packages: the part before the host in `https://NAME:PASSWORD@HOST` and
 * `https://TOKEN@HOST`.
 * @param {string} text
 * @param {string} path
 * @returns {[from: number, to: number][]} Offsets into the text.
 */
export function addressPasswords(text, path) {
  const isPackageFile = PACKAGE_FILE.test(path)
  /** @type {[number, number][]} */
  const found = []
  for (const match of text.matchAll(ADDRESS)) {
    const [, scheme = '', credentials = ''] = match
    const from = match.index + scheme.length + 3
    if (!isPackageFile && !PACKAGE_LINE.test(lineBefore(text, match.index))) continue
    if (holdsPassword(scheme, credentials)) found.push([from, from + credentials.length])
  }
  return found
}

/**
 * @param {string} text
 * @param {number} at
 */
function lineBefore(text, at) {
  return text.slice(Math.max(text.lastIndexOf('\n', at - 1) + 1, at - 1000), at)
}

/**
 * @param {string} scheme
 * @param {string} credentials
 */
function holdsPassword(scheme, credentials) {
  const colon = credentials.indexOf(':')
  const written = credentials.replace(VARIABLE, '')
  if (colon !== -1) return credentials.slice(colon + 1).replace(VARIABLE, '') !== ''
  // A single name is a user for ssh; for http it may be a token.
  return /(?:^|\+)https?$/i.test(scheme) && !NO_PASSWORD.test(written)
}

/**
 * False if no rule can find anything.
 * @param {Buffer} bytes
 */
export function mayHoldSecret(bytes) {
  // All hints are ASCII, and in UTF-8 those bytes never belong to another character.
  const text = bytes.toString('latin1')
  return HINT.test(text) || HINT_OF_ANY_CASE.test(text)
}

/** Includes the key's body, because a text about keys has none. In JSON, its line breaks are written \\n. */
const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|\s)+(?:[A-Za-z-]+: [^\n\\]*(?:\\[rn]|\s)+)*[A-Za-z0-9+/=]{16}/g

/**
 * Finds private keys of every kind, anywhere in a file.
 * @param {string} text
 * @returns {[from: number, to: number][]}
 */
export function privateKeys(text) {
  return [...text.matchAll(PRIVATE_KEY)].map(({ index, 0: key }) => [index, index + key.length])
}
