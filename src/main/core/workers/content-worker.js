/**
 * Compares the content of a bundle's entries with their headers, on a worker thread. It unpacks everything and stores
 * nothing. Plain JavaScript, because a Node 20 worker cannot load TypeScript source.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib'
import { serveTasks, throwIfStopped } from './serve.js'

/**
 * @typedef {object} PackedContent
 * @property {number} index Index of the entry.
 * @property {number} method 0 for stored, 8 for deflated.
 * @property {number} start First byte of the content in the file.
 * @property {number} packed Bytes in the file.
 * @property {number} size Expected bytes when unpacked.
 * @property {number} crc Expected CRC-32 when unpacked.
 *
 * @typedef {object} ContentTask
 * @property {string} file
 * @property {readonly PackedContent[]} contents
 *
 * @typedef {'larger' | 'smaller' | 'checksum' | 'behind' | 'damaged'} ContentFault
 */

/** Up to this many bytes are unpacked in one call, which is several times as fast as a stream. */
const SMALL = 1024 * 1024

/**
 * The first entry that does not match its headers.
 * @param {ContentTask} task
 * @returns {Promise<{ index: number, fault: ContentFault } | undefined>}
 */
export async function checkContents({ file, contents }) {
  const descriptor = openSync(file, 'r')
  try {
    for (const content of contents) {
      throwIfStopped()
      const isSmall = content.packed <= SMALL && content.size <= SMALL
      const fault = isSmall ? smallFault(descriptor, content) : await largeFault(descriptor, content)
      if (fault) return { index: content.index, fault }
    }
    return undefined
  } finally {
    closeSync(descriptor)
  }
}

/**
 * @param {number} descriptor
 * @param {PackedContent} content
 * @returns {ContentFault | undefined}
 */
function smallFault(descriptor, { method, start, packed, size, crc }) {
  const bytes = Buffer.allocUnsafe(packed)
  if (readSync(descriptor, bytes, 0, packed, start) !== packed) return 'damaged'
  let content = bytes
  if (method === 8) {
    try {
      // With `info`, zlib also reports how much of its input it used; the types do not declare this.
      const options = /** @type {import('node:zlib').ZlibOptions} */ ({
        info: true,
        maxOutputLength: size + 1
      })
      const { buffer, engine } = /** @type {any} */ (inflateRawSync(bytes, options))
      if (engine.bytesWritten !== packed) return 'behind'
      content = buffer
    } catch (error) {
      return /** @type {{ code?: string }} */ (error).code === 'ERR_BUFFER_TOO_LARGE' ? 'larger' : 'damaged'
    }
  }
  return faultOf(content.length, crc32(content), { size, crc })
}

/**
 * @param {number} descriptor
 * @param {PackedContent} content
 * @returns {Promise<ContentFault | undefined>}
 */
async function largeFault(descriptor, { method, start, packed, size, crc }) {
  let length = 0
  let sum = 0
  /** @param {AsyncIterable<Buffer>} pieces */
  async function count(pieces) {
    for await (const piece of pieces) {
      throwIfStopped()
      length += piece.length
      if (length > size) return
      sum = crc32(piece, sum)
    }
  }
  const source = piecesOf(descriptor, start, packed)
  const inflate = createInflateRaw({ chunkSize: SMALL })
  try {
    if (method === 0) await pipeline(source, count)
    else await pipeline(source, inflate, count)
  } catch {
    throwIfStopped()
    if (length <= size) return 'damaged'
  }
  if (method === 8 && length <= size && inflate.bytesWritten !== packed) return 'behind'
  return faultOf(length, sum, { size, crc })
}

/**
 * Not a Node stream: that would close the file when it is left early.
 * @param {number} descriptor
 * @param {number} start
 * @param {number} length
 */
function* piecesOf(descriptor, start, length) {
  for (let done = 0; done < length; ) {
    throwIfStopped()
    const piece = Buffer.allocUnsafe(Math.min(SMALL, length - done))
    const count = readSync(descriptor, piece, 0, piece.length, start + done)
    if (count === 0) throw new Error('The bundle became shorter while it was read.')
    done += count
    yield piece.subarray(0, count)
  }
}

/**
 * @param {number} length
 * @param {number} sum
 * @param {{ size: number, crc: number }} promised
 * @returns {ContentFault | undefined}
 */
function faultOf(length, sum, { size, crc }) {
  if (length !== size) return length > size ? 'larger' : 'smaller'
  return sum === crc ? undefined : 'checksum'
}

serveTasks('content', checkContents)
