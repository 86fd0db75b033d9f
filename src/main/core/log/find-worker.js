/**
 * Looks through one segment of a log for lines that match, on a worker thread: a gigabyte takes a second, a hostile
 * expression for ever. Plain JavaScript, for a worker of Node 20 loads nothing else from source.
 */
import { isAscii } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { createByteSearch } from './byte-search.js'

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
/** Sequences that need no escape begin with one of these. */
const C1 = /[\x80-\x9f]/
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

/**
 * Where a plain text may be next, from a place on; -1 where it is not. The colour may change in it where a word begins
 * or ends. An expression that knows characters beyond ASCII takes twice the time.
 * @param {FindTask['find']} find
 * @param {string} text
 * @param {boolean} ascii
 * @returns {(from: number) => number}
 */
function locator(find, text, ascii) {
  const coloured = text.includes(ESCAPE) && EDGE.test(find.text)
  if (find.caseSensitive && !coloured) return from => text.indexOf(find.text, from)
  const characters = [...find.text]
  const source = characters
    .map(
      (it, index) => escaped(it) + (coloured && EDGE.test(it + (characters[index + 1] ?? it)) ? COLOUR : '')
    )
    .join('')
  const flags = `g${find.caseSensitive ? '' : 'i'}${ascii ? '' : 'u'}`
  const expression = new RegExp(source, flags)
  return from => {
    expression.lastIndex = from
    return expression.exec(text)?.index ?? -1
  }
}

/**
 * Lines of a text that match: for what bytes do not tell.
 * @param {string} text Whole lines of a segment.
 * @param {FindTask} task
 * @param {boolean} ascii
 * @param {(line: string) => boolean} matches
 * @param {(start: number) => void} onMatch Told where the line of each match begins, in order.
 */
function findInText(text, { find, stream }, ascii, matches, onMatch) {
  const locate = find.regex ? undefined : locator(find, text, ascii)
  const isSimple = isPlain(find) && (ascii || !C1.test(text))
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
    const isSure = locate !== undefined && isSimple && at >= textStart && isOutside(text, textStart, at)
    if (ofStream && (isSure || matches(text.slice(textStart, end)))) {
      found++
      onMatch(start)
    }
    at = end + 1
  }
  return found
}

/** @param {FindTask['find']} find */
const isPlain = ({ text, wholeWord }) => !wholeWord && !text.includes('\n')

/**
 * Whether a place of a line is in no control sequence.
 * @param {string} text
 * @param {number} lineStart
 * @param {number} place
 */
function isOutside(text, lineStart, place) {
  const sequence = text.lastIndexOf(ESCAPE, place)
  if (sequence < lineStart) return true
  SIMPLE.lastIndex = sequence
  return SIMPLE.test(text) && SIMPLE.lastIndex <= place
}

/**
 * @param {FindTask} task
 * @returns {FindResult}
 */
export function findInSegment(task) {
  const exact = exactExpression(task.find)
  /** @param {string} line */
  const matches = line => exact.test(line.replace(SEQUENCE, ''))
  const search = createByteSearch(task.find, matches)
  /** @type {number[]} */
  const lines = []
  let total = 0
  let count = 0
  const end = eachChunk(task.path, task.offset, bytes => {
    const inBytes = search?.canSearch(bytes) ? search : undefined
    const ascii = !inBytes && isAscii(bytes)
    const text = inBytes ? '' : bytes.toString(ascii ? 'latin1' : 'utf8')
    const length = inBytes ? bytes.length : text.length
    let counted = 0
    /** Counts the lines up to a place. @param {number} place */
    const countTo = place => {
      if (inBytes) for (; counted < place; count++) counted = bytes.indexOf(NEWLINE, counted) + 1
      else for (; counted < place; count++) counted = text.indexOf('\n', counted) + 1
    }
    /** @param {number} start */
    const onMatch = start => {
      if (!task.wantLines) return
      countTo(start)
      lines.push(count)
    }
    total += inBytes
      ? inBytes.count(bytes, task.stream, onMatch)
      : findInText(text, task, ascii, matches, onMatch)
    if (task.wantLines) countTo(length)
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

if (parentPort && workerData?.role === 'find') {
  const port = parentPort
  port.on('message', message => port.postMessage({ id: message.id, result: answer(message.task) }))
}
