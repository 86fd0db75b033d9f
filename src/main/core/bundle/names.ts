/** Rules for the paths of a bundle, the same for writing and reading: relative, plain, portable, unambiguous. */

import { t } from '#shared/language.ts'

/** Limit of bytes (UTF-8) in one name: what every supported file system can store. */
const MAX_NAME_BYTES = 255
/** Limits of bytes and of parts in a whole path: what Linux can store below the folder it is unpacked to. */
const MAX_PATH_BYTES = 2048
const MAX_DEPTH = 256

/** Matches nearly all names; a name that matches has no character problem. */
const PLAIN = /^[\w./+,=@%~()[\]{} -]*$/
/** Empty parts, dots, and device names with any extension. */
const ODD_SEGMENT =
  /(?:^|\/)(?:\.{0,2}|(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.[^/]*)?)(?=\/|$)/i
const MAX_BYTES_PER_UNIT = 3
const DRIVE = /^[A-Za-z]:/
const WINDOWS_FORBIDDEN = /[<>:"|?*]/
const WINDOWS_SUSPECT = /[<>:"|?*]|[. ](?:\/|$)/
const SURROGATE = /\p{Surrogate}/u

/**
 * Returns why a path cannot be in a bundle, as words that follow "the name", or undefined if it can. `path` has forward
 * slashes; a folder's path ends in "/".
 */
export function pathProblem(path: string): string | undefined {
  const bare = path.endsWith('/') ? path.slice(0, -1) : path
  if (bare === '') return t`is empty`
  const plain = PLAIN.test(bare)
  if (!plain) {
    const problem = characterProblem(bare)
    if (problem) return problem
  }
  if (DRIVE.test(bare)) return t`begins with a drive letter`
  const odd = ODD_SEGMENT.exec(bare)
  if (odd) return segmentProblem(odd[0].replaceAll('/', ''), bare)
  return bare.length * (plain ? 1 : MAX_BYTES_PER_UNIT) <= MAX_NAME_BYTES ? undefined : lengthProblem(bare)
}

function characterProblem(path: string): string | undefined {
  if (path.includes('\\')) return t`has a backslash in it`
  if (hasControlCharacter(path)) return t`has a control character in it`
  return path.includes('\uFFFD') || SURROGATE.test(path) ? t`is not valid UTF-8` : undefined
}

function segmentProblem(segment: string, path: string): string {
  if (segment === '..') return t`climbs out of the bundle with ".."`
  if (segment === '.') return t`has a "." part`
  if (segment !== '') return t`has a part that is a device on Windows ("${segment}")`
  return path.startsWith('/') ? t`is an absolute path` : t`has an empty part`
}

function lengthProblem(path: string): string | undefined {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return t`is longer than ${MAX_PATH_BYTES} bytes`
  const parts = path.split('/')
  if (parts.length > MAX_DEPTH) return t`has more than ${MAX_DEPTH} parts`
  const long = parts.some(segment => Buffer.byteLength(segment) > MAX_NAME_BYTES)
  return long ? t`has a part longer than ${MAX_NAME_BYTES} bytes` : undefined
}

/** Returns why a valid bundle path cannot be unpacked on Windows, or undefined if it can. */
export function windowsProblem(path: string): string | undefined {
  if (!WINDOWS_SUSPECT.test(path)) return undefined
  for (const segment of path.split('/')) {
    const forbidden = WINDOWS_FORBIDDEN.exec(segment)
    if (forbidden) return t`has a "${forbidden[0]}" in it`
    if (/[. ]$/.test(segment)) return t`has a part that ends in a dot or a space`
  }
  return undefined
}

/**
 * Returns the same text for two paths that some supported file system treats as one, by case or Unicode normalisation.
 */
export function foldPath(path: string): string {
  return isAscii(path)
    ? path.toLowerCase()
    : path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}

/** Compares by the bytes of the UTF-8 names, which is also the order of code points. */
export function comparePaths(a: string, b: string): number {
  if (SURROGATE_UNIT.test(a) || SURROGATE_UNIT.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}

// UTF-16 and UTF-8 order differ only for characters beyond the basic plane.
const SURROGATE_UNIT = /[\uD800-\uDFFF]/

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}

export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false
  return true
}

/** A path for a message: control characters are made visible, long paths are cut. */
export function showPath(path: string): string {
  const shown = JSON.stringify(path).slice(1, -1)
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown
}
