/**
 * Looks through one segment of a log for lines that match, on a worker thread: a gigabyte takes a second, a hostile
 * expression for ever. Plain JavaScript, for a worker of Node 20 loads nothing else from source.
 */
import { isAscii } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { serveTasks, throwIfStopped } from './serve.js'

/**
 * @typedef {object} FindTask
 * @property {string} path
 * @property {number} offset Bytes to leave out; a line begins behind them.
 * @property {{ text: string, caseSensitive: boolean, wholeWord: boolean, regex: boolean }} find
 * @property {string | undefined} stream
 * @property {boolean} wantLines
 *
 * @typedef {object} FindResult
 * @property {number} total Lines that match.
 * @property {readonly number[]} lines Their numbers, counted from the offset; empty unless they were wanted.
 * @property {number} end Bytes up to the end of the last whole line.
 * @property {number} count Whole lines; 0 unless numbers were wanted.
 */

/** What fits into the caches of a processor is read and looked through faster. */
const CHUNK = 1024 * 1024
/** As `segments.ts` has it: a longer one no launcher has written. */
const LONGEST_LINE = 8 * CHUNK
/** As `openPlain`: neither follows a link nor waits for a pipe. */
const PLAIN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
const NEWLINE = 10
const ESCAPE = '\x1b'
/** Text where a colour change may stand: whatever is not all one word. */
const EDGE = /[^\p{L}\p{N}_]/u
const SIMPLE = /\x1b\[[0-9;:]*m/y
const COLOUR = '(?:\\x1b\\[[0-?]*[ -/]*[@-~])*'
/** Sequences that need no escape begin with one of these: as characters, and as the bytes of UTF-8. */
const C1 = /[\x80-\x9f]/
const C1_BYTES = /\xc2[\x80-\x9f]/
/** Letters of ASCII that any case finds beyond ASCII too: as the signs of the kelvin and of the long s. */
const THREE_FORMS = /[ks]/i
const THIRD_FORMS = ['\u212a', '\u017f']
/** Every control sequence, as the view takes them out. */
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
 * @property {string} text Of one character for each byte, or decoded.
 * @property {boolean} isBytes Which of the two.
 * @property {boolean} isAscii
 */

/**
 * Decodes only where that changes what is found: one character for each byte takes a fraction of the time.
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
 * UTF-8 has no character within the bytes of another, but bytes know the cases of ASCII only, and none is invalid.
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
 * Where a plain text may be next, from a place on; -1 where it is not. The colour may change in it where a word begins
 * or ends.
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
  // An expression that knows characters beyond ASCII takes twice the time.
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
 * @param {(start: number) => void} onMatch Called with where the line of each match begins, in order.
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
 * Whether a place of a line is in no control sequence. Looks at that line only: to go back through a whole chunk for
 * each match takes minutes.
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
 * Whole lines, a chunk at a time.
 * @param {string} path
 * @param {number} offset
 * @param {(bytes: Buffer) => void} take
 * @returns {number} Where the last whole line ends.
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
      // A line longer than the chunk is read whole.
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
    // Rotation removed it meanwhile, or it is none any more: nothing is left to be found in it.
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (code === 'ENOENT' || code === 'ELOOP') return undefined
    throw error
  }
}

serveTasks('find', answer)
