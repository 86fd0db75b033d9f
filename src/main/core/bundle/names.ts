/** Rules for the paths of a bundle, the same when writing and when reading: relative, plain, portable, unambiguous. */

/** Most bytes (UTF-8) one name and one whole path may have: what every supported file system can hold. */
export const MAX_NAME_BYTES = 255
export const MAX_PATH_BYTES = 4096

const DEVICE_NAME = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?$/i
const DRIVE = /^[A-Za-z]:/
const WINDOWS_FORBIDDEN = /[<>:"|?*]/
const SURROGATE = /\p{Surrogate}/u

/**
 * Why a path cannot be in a bundle, in words that go after "the name", or undefined when it can.
 * `path` has forward slashes; a trailing one marks a folder.
 */
export function pathProblem(path: string): string | undefined {
  if (path === '' || path === '/') return 'is empty'
  if (path.startsWith('/')) return 'is an absolute path'
  if (DRIVE.test(path)) return 'begins with a drive letter'
  if (path.includes('\\')) return 'has a backslash in it'
  if (hasControlCharacter(path)) return 'has a control character in it'
  if (path.includes('\uFFFD') || SURROGATE.test(path)) return 'is not valid UTF-8'
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`
  const segments = (path.endsWith('/') ? path.slice(0, -1) : path).split('/')
  for (const segment of segments) {
    const problem = segmentProblem(segment)
    if (problem) return problem
  }
  return undefined
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'has an empty part'
  if (segment === '..') return 'climbs out of the bundle with ".."'
  if (segment === '.') return 'has a "." part'
  if (DEVICE_NAME.test(segment)) return `has a part that is a device on Windows ("${segment}")`
  if (Buffer.byteLength(segment) > MAX_NAME_BYTES) return `has a part longer than ${MAX_NAME_BYTES} bytes`
  return undefined
}

/** Why a path that may be in a bundle cannot be unpacked on Windows, or undefined when it can. */
export function windowsProblem(path: string): string | undefined {
  for (const segment of path.split('/')) {
    const forbidden = WINDOWS_FORBIDDEN.exec(segment)
    if (forbidden) return `has a "${forbidden[0]}" in it`
    if (/[. ]$/.test(segment)) return 'has a part that ends in a dot or a space'
  }
  return undefined
}

/** Equal for two paths that some supported file system takes for one: by case, or by Unicode normalisation. */
export function foldPath(path: string): string {
  return isAscii(path)
    ? path.toLowerCase()
    : path.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}

/** Order of the bytes of the UTF-8 names, which is also the order of code points. */
export function comparePaths(a: string, b: string): number {
  if (SURROGATE_UNIT.test(a) || SURROGATE_UNIT.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}

// Only beyond the basic plane do UTF-16 and UTF-8 order differ.
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

/** A path for a message: control characters made visible, long ones cut. */
export function showPath(path: string): string {
  const shown = JSON.stringify(path).slice(1, -1)
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown
}
