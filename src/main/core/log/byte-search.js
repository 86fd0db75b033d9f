/**
 * Plain text in the raw bytes of a log: no text is made of them but of lines that are hard to tell. Plain JavaScript,
 * for a worker loads it.
 */
import { isAscii } from 'node:buffer'

const NEWLINE = 10
const ESCAPE = 27
const SPACE = 32
/** Beyond so many bytes the search that Node has built in is several times slower. */
const LONGEST_ANCHOR = 7
/** Bytes of a sequence that is looked over backwards. */
const LONGEST_SEQUENCE = 64
/** Letters that have a third form beyond ASCII: the signs of the kelvin and of the long s. */
const THREE_FORMS = /[ks]/i

/**
 * @typedef {object} ByteSearch
 * @property {(bytes: Buffer) => boolean} canSearch
 * @property {(bytes: Buffer, stream: string | undefined, onMatch: (start: number) => void) => number} count
 *   Lines that match, of whole ones; told where each begins, in order.
 */

/**
 * Undefined where bytes do not tell: for expressions, and for text whose other case is beyond ASCII.
 * @param {{ text: string, caseSensitive: boolean, wholeWord: boolean, regex: boolean }} find
 * @param {(line: string) => boolean} matches Tells of a line's text, where its bytes do not.
 * @returns {ByteSearch | undefined}
 */
export function createByteSearch({ text, caseSensitive, wholeWord, regex }, matches) {
  const wanted = Buffer.from(text)
  if (regex || /[\n\ufffd]/.test(wanted.toString())) return undefined
  if (!caseSensitive && !isAscii(wanted)) return undefined
  const fold = Uint8Array.from({ length: 256 }, (_, byte) => foldedByte(byte, !caseSensitive))
  const folded = wanted.map(byte => fold[byte] ?? 0)
  const [anchorStart, anchorEnd] = longestPiece(text)
  const next = caseSensitive
    ? nativeSearch(wanted.subarray(anchorStart, Math.min(anchorEnd, anchorStart + LONGEST_ANCHOR)))
    : foldedSearch(folded.subarray(anchorStart, anchorEnd), fold)

  /**
   * Where the text begins whose anchor is at a place, -1 where it is not there; colours may stand in it.
   * @param {Buffer} bytes
   * @param {number} at
   */
  function beginOf(bytes, at) {
    let place = at
    for (let index = anchorStart - 1; index >= 0; index--) {
      place = beforeSequences(bytes, place) - 1
      if (place < 0 || fold[bytes[place] ?? 0] !== folded[index]) return -1
    }
    return place
  }

  /**
   * Where the text ends, likewise.
   * @param {Buffer} bytes
   * @param {number} at
   */
  function endOf(bytes, at) {
    let place = at
    for (let index = anchorStart; index < folded.length; index++, place++) {
      if (index > anchorStart) place = afterSequences(bytes, place)
      if (fold[bytes[place] ?? 0] !== folded[index]) return -1
    }
    return place
  }

  /**
   * Whether the text is shown as it stands between two places of a line.
   * @param {Buffer} bytes
   * @param {number} textStart
   * @param {number} begin
   * @param {number} end
   */
  function isShown(bytes, textStart, begin, end) {
    // What begins with C2 may be one of the sequences that need no escape.
    let sequence = begin - 1
    while (sequence >= textStart && bytes[sequence] !== ESCAPE && bytes[sequence] !== 0xc2) sequence--
    const behind = sequence < textStart ? 0 : colourEnd(bytes, sequence)
    if (!wholeWord) return behind <= begin
    return behind < begin && isPlainSign(bytes[begin - 1]) && isPlainSign(bytes[end])
  }

  return {
    canSearch: bytes => caseSensitive || !THREE_FORMS.test(text) || isAscii(bytes),
    count(bytes, stream, onMatch) {
      let count = 0
      /** A place in the line that was decided last. */
      let decided = 0
      for (let at = next(bytes, 0); at >= 0; at = next(bytes, at + 1)) {
        const begin = beginOf(bytes, at)
        const end = begin < 0 ? -1 : endOf(bytes, at)
        if (end < 0 || (wholeWord && isWord(bytes[end]))) continue
        let start = begin
        while (start > decided && bytes[start - 1] !== NEWLINE) start--
        const isDecided = decided > 0 && start <= decided
        const streamStart = isDecided ? 0 : spaceFrom(bytes, start) + 1
        const streamEnd = isDecided ? 0 : spaceFrom(bytes, streamStart)
        const textStart = streamEnd + 3
        if (!isDecided && begin < textStart) {
          at = Math.max(at, textStart - 1)
          continue
        }
        decided = at
        if (isDecided) continue
        if (stream !== undefined && bytes.toString('latin1', streamStart, streamEnd) !== stream) continue
        if (!isShown(bytes, textStart, begin, end) && !matches(lineFrom(bytes, textStart))) continue
        count++
        onMatch(start)
      }
      return count
    }
  }
}

/**
 * The next space; it is near, so that a call of `indexOf` costs more than to look.
 * @param {Buffer} bytes
 * @param {number} from
 */
function spaceFrom(bytes, from) {
  let place = from
  while (place < bytes.length && bytes[place] !== SPACE) place++
  return place
}

/**
 * @param {Buffer} bytes
 * @param {number} start
 */
function lineFrom(bytes, start) {
  const end = bytes.indexOf(NEWLINE, start)
  return bytes.toString('utf8', start, end < 0 ? bytes.length : end)
}

/**
 * @param {number} byte
 * @param {boolean} anyCase
 */
function foldedByte(byte, anyCase) {
  return anyCase && byte >= 65 && byte <= 90 ? byte + 32 : byte
}

/** @param {number | undefined} byte */
function isWord(byte = SPACE) {
  return (
    (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || byte === 95 || (byte >= 97 && byte <= 122)
  )
}

/** Neither a part of a word nor of a sequence. @param {number | undefined} byte */
function isPlainSign(byte = SPACE) {
  return byte !== ESCAPE && byte < 127 && !isWord(byte)
}

/**
 * Where in the bytes of a text its longest piece is in which no colour changes: a word, or a single other sign.
 * @param {string} text
 * @returns {[start: number, end: number]}
 */
function longestPiece(text) {
  /** @type {[number, number]} */
  let longest = [0, 0]
  let start = 0
  for (const piece of text.split(/(?<=[^\p{L}\p{N}_])|(?=[^\p{L}\p{N}_])/u)) {
    const end = start + Buffer.byteLength(piece)
    if (end - start > longest[1] - longest[0]) longest = [start, end]
    start = end
  }
  return longest
}

/** @param {Uint8Array} anchor */
function nativeSearch(anchor) {
  /** @param {Buffer} bytes @param {number} from */
  return (bytes, from) => bytes.indexOf(anchor, from)
}

/**
 * Looks at the last byte of where the text may be, and skips as far as that byte allows (Horspool).
 * @param {Uint8Array} anchor As it is compared.
 * @param {Uint8Array} fold
 */
function foldedSearch(anchor, fold) {
  const full = anchor.length
  const last = full - 1
  const skips = new Int32Array(256).fill(full)
  for (let index = 0; index < last; index++) {
    for (let byte = 0; byte < 256; byte++) if (fold[byte] === anchor[index]) skips[byte] = last - index
  }
  const skipAfter = skips[anchor[last] ?? 0] ?? 1
  const skipTo = skips.map((skip, byte) => (fold[byte] === anchor[last] ? 0 : skip))
  /** @param {Buffer} bytes @param {number} from */
  return (bytes, from) => {
    const { length } = bytes
    for (let place = from + last; place < length; ) {
      const skip = /** @type {number} */ (skipTo[/** @type {number} */ (bytes[place])])
      // Mostly it is all of the length: told so, a processor goes ahead instead of waiting for the table.
      if (skip === full) place += full
      else if (skip > 0) place += skip
      else {
        let index = last - 1
        while (index >= 0 && fold[bytes[place - last + index] ?? 0] === anchor[index]) index--
        if (index < 0) return place - last
        place += skipAfter
      }
    }
    return -1
  }
}

/**
 * Behind the sequences `ESC [ … letter` that begin at a place.
 * @param {Buffer} bytes
 * @param {number} from
 */
function afterSequences(bytes, from) {
  let place = from
  while (bytes[place] === ESCAPE && bytes[place + 1] === 0x5b) {
    place += 2
    while (isParameter(bytes[place])) place++
    place++
  }
  return place
}

/**
 * Before the sequences that end at a place.
 * @param {Buffer} bytes
 * @param {number} from
 */
function beforeSequences(bytes, from) {
  for (let place = from; ; ) {
    let start = place - 2
    while (place - start < LONGEST_SEQUENCE && isParameter(bytes[start])) start--
    if (bytes[start] !== 0x5b || bytes[start - 1] !== ESCAPE) return place
    place = start - 1
  }
}

/** @param {number | undefined} byte */
const isParameter = (byte = 0) => byte >= 0x20 && byte <= 0x3f

/**
 * Where a colour that begins at a place ends; Infinity where it is anything else.
 * @param {Buffer} bytes
 * @param {number} place
 */
function colourEnd(bytes, place) {
  if (bytes[place] !== ESCAPE || bytes[place + 1] !== 0x5b) return Number.POSITIVE_INFINITY
  let end = place + 2
  while (isParameter(bytes[end])) end++
  return bytes[end] === 0x6d ? end + 1 : Number.POSITIVE_INFINITY
}
