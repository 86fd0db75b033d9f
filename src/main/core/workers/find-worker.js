/**
 * Searches one segment of a log for matching lines, on a worker thread: a gigabyte takes a second, and a malicious
 * expression may never end. Plain JavaScript, because a Node 20 worker cannot load TypeScript source.
 */
import { isAscii } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { serveTasks, throwIfStopped } from './serve.js'

/**
 * @typedef {object} FindTask
 * @property {string} path
 * @property {number} offset Bytes to skip; a line begins after them.
 * @property {{ text: string, caseSensitive: boolean, wholeWord: boolean, regex: boolean }} find
 * @property {string | undefined} stream
 * @property {boolean} wantLines
 *
 * @typedef {object} FindResult
 * @property {number} total Number of matching lines.
 * @property {readonly number[]} lines Their numbers, counted from the offset; empty unless requested.
 * @property {number} end Position after the last whole line, in bytes.
 * @property {number} count Number of whole lines; 0 unless line numbers were requested.
 */

/** A chunk that fits into the processor's caches is read and searched faster. */
const CHUNK = 1024 * 1024
/** The same as in `segments.ts`: no launcher writes longer lines. */
const LONGEST_LINE = 8 * CHUNK
/** The same as for `openPlain`: does not follow links or wait for pipes. */
const PLAIN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const NEWLINE = 10
const ESCAPE = '\x1b'
/** A text that matches may contain a colour change, because it is not a single word. */
const EDGE = /[^\p{L}\p{N}_]/u
const SIMPLE = /\x1b\[[0-9;:]*m/y
const COLOUR = '(?:\\x1b\\[[0-?]*[ -/]*[@-~])*'
/** Control sequences without an escape begin with one of these: as characters, and as bytes of UTF-8. */
const C1 = /[\x80-\x9f]/
const C1_BYTES = /\xc2[\x80-\x9f]/
/** ASCII letters that, if case is ignored, also match other characters: the kelvin sign and the long s. */
const THREE_FORMS = /[ks]/i
const THIRD_FORMS = ['\u212a', '\u017f']
/** Every control sequence that the log view removes. */
const SEQUENCE =
  /(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x90\x98\x9c-\x9f\n]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]?/g

/** @param {string} text */
const escaped = text => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** @param {FindTask['find']} find */
export function exactExpression({ text, caseSensitive, wholeWord, regex }) {
  const source = regex ? `(?:${text})` : escaped(text)
  return new RegExp(
    wholeWord ? `(?<![\\p{L}\\p{N}_])${source}(?![\\p{L}\\p{N}_])` : source,
    caseSensitive ? 'u' : 'iu'
  )
}

/** @param {string} text */
const bytewise = text => Buffer.from(text).toString('latin1')

/**
 * @typedef {object} Chunk Whole lines of a segment.
 * @property {Buffer} bytes
 * @property {string} text One character for each byte, or decoded.
 * @property {boolean} isBytes True if it has one character for each byte.
 * @property {boolean} isAscii
 */

/**
 * Decodes only if that changes the result: one character for each byte takes a fraction of the time.
 * @param {Buffer} bytes
 * @param {FindTask['find']} find
 * @returns {Chunk}
 */
function chunkOf(bytes, find) {
  const ascii = isAscii(bytes)
  const isBytes = ascii || isFoundInBytes(bytes, find)
  return { bytes, text: bytes.toString(isBytes ? 'latin1' : 'utf8'), isBytes, isAscii: ascii }
}

/**
 * Whether a search in the bytes finds the same: UTF-8 never contains a character inside another's bytes. But bytes only
 * have upper and lower case for ASCII, and have no form for invalid characters.
 * @param {Buffer} bytes
 * @param {FindTask['find']} find
 */
function isFoundInBytes(bytes, { text, caseSensitive, regex }) {
  const wanted = Buffer.from(text)
  if (regex || wanted.toString().includes('\ufffd')) return false
  if (caseSensitive) return true
  return isAscii(wanted) && !(THREE_FORMS.test(text) && THIRD_FORMS.some(form => bytes.includes(form)))
}

/**
 * Finds the next place where a plain text may be, from a place on; -1 if there is none. The colour may change inside
 * the text where a word begins or ends.
 * @param {FindTask['find']} find
 * @param {Chunk} chunk
 * @returns {(from: number) => number}
 */
function locator(find, { text, isBytes }) {
  const coloured = text.includes(ESCAPE) && EDGE.test(find.text)
  const form = isBytes ? bytewise : String
  if (find.caseSensitive && !coloured) {
    const wanted = form(find.text)
    return from => text.indexOf(wanted, from)
  }
  const characters = [...find.text]
  const source = characters
    .map(
      (it, index) =>
        escaped(form(it)) + (coloured && EDGE.test(it + (characters[index + 1] ?? it)) ? COLOUR : '')
    )
    .join('')
  // An expression with the `u` flag takes twice the time.
  const expression = new RegExp(source, `g${find.caseSensitive ? '' : 'i'}${isBytes ? '' : 'u'}`)
  return from => {
    expression.lastIndex = from
    return expression.exec(text)?.index ?? -1
  }
}

/**
 * Counts the lines that match.
 * @param {Chunk} chunk
 * @param {FindTask} task
 * @param {(line: string) => boolean} matches
 * @param {(start: number) => void} onMatch Called with the start of each matching line, in order.
 */
function findInChunk(chunk, { find, stream }, matches, onMatch) {
  const { text } = chunk
  const locate = find.regex ? undefined : locator(find, chunk)
  const isSimple = isPlain(find)
  let found = 0
  for (let at = 0; at < text.length; ) {
    if (locate) at = locate(at)
    if (at < 0) return found
    const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1
    const end = text.indexOf('\n', at)
    const streamStart = text.indexOf(' ', start) + 1
    const streamEnd = text.indexOf(' ', streamStart)
    const textStart = streamEnd + 3
    const ofStream = stream === undefined || text.slice(streamStart, streamEnd) === stream
    const isSure = locate !== undefined && isSimple && at >= textStart && isOutside(chunk, textStart, at)
    if (ofStream && (isSure || matches(lineOf(chunk, textStart, end)))) {
      found++
      onMatch(start)
    }
    at = end + 1
  }
  return found
}

/**
 * @param {Chunk} chunk
 * @param {number} start
 * @param {number} end
 */
function lineOf({ bytes, text, isBytes, isAscii }, start, end) {
  return isBytes && !isAscii ? bytes.toString('utf8', start, end) : text.slice(start, end)
}

/** @param {FindTask['find']} find */
const isPlain = ({ text, wholeWord }) => !wholeWord && !text.includes('\n')

/**
 * Whether a place in a line is outside every control sequence. Checks only that line: searching back through a whole
 * chunk for each match takes minutes.
 * @param {Chunk} chunk
 * @param {number} lineStart
 * @param {number} place
 */
function isOutside({ text, isBytes, isAscii }, lineStart, place) {
  const before = text.slice(lineStart, place)
  if (!isAscii && (isBytes ? C1_BYTES : C1).test(before)) return false
  const sequence = before.lastIndexOf(ESCAPE)
  if (sequence < 0) return true
  SIMPLE.lastIndex = sequence
  return SIMPLE.test(before)
}

/**
 * @param {FindTask} task
 * @returns {FindResult}
 */
export function findInSegment(task) {
  const exact = exactExpression(task.find)
  /** @param {string} line */
  const matches = line => exact.test(line.replace(SEQUENCE, ''))
  /** @type {number[]} */
  const lines = []
  let total = 0
  let count = 0
  const end = eachChunk(task.path, task.offset, bytes => {
    const chunk = chunkOf(bytes, task.find)
    const { text } = chunk
    let counted = 0
    /** Counts the lines up to a place. @param {number} place */
    const countTo = place => {
      for (; counted < place; count++) counted = text.indexOf('\n', counted) + 1
    }
    /** @param {number} start */
    const onMatch = start => {
      if (!task.wantLines) return
      countTo(start)
      lines.push(count)
    }
    total += findInChunk(chunk, task, matches, onMatch)
    if (task.wantLines) countTo(text.length)
  })
  return { total, lines, end, count }
}

/**
 * Passes whole lines on, a chunk at a time.
 * @param {string} path
 * @param {number} offset
 * @param {(bytes: Buffer) => void} take
 * @returns {number} The end of the last whole line.
 */
function eachChunk(path, offset, take) {
  const file = openSync(path, PLAIN)
  try {
    let position = offset
    if (!fstatSync(file).isFile()) return position
    for (let size = CHUNK; ; ) {
      throwIfStopped()
      const buffer = chunkBuffer(size)
      const length = readSync(file, buffer, 0, size, position)
      const end = buffer.subarray(0, length).lastIndexOf(NEWLINE) + 1
      if (end > 0) take(buffer.subarray(0, end))
      else if (length < size || size > LONGEST_LINE) return position
      // A line longer than the chunk is read as a whole.
      size = end > 0 ? CHUNK : size * 2
      position += end
    }
  } finally {
    closeSync(file)
  }
}

/** @type {Buffer} */
let kept = Buffer.alloc(0)

/** @param {number} size */
function chunkBuffer(size) {
  if (kept.length < size) kept = Buffer.allocUnsafeSlow(size)
  return kept.subarray(0, size)
}

/** @param {FindTask} task */
function answer(task) {
  try {
    return findInSegment(task)
  } catch (error) {
    // Rotation removed the file, or a link replaced it: there is nothing to find.
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code === 'ENOENT' || code === 'ELOOP') return undefined
    throw error
  }
}

serveTasks('find', answer)
