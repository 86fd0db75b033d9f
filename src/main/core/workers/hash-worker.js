/**
 * The SHA-256 of a file that is still being written, up to where it is known to stay as it is. Plain JavaScript, for a
 * worker of Node 20 loads nothing else from source.
 */
import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'
import { serveTasks, throwIfStopped } from './serve.js'

/**
 * @typedef {object} HashTask
 * @property {number} fd An open file, to be read at positions.
 * @property {number} upTo Bytes from its beginning that will not change any more.
 * @property {boolean} finish Whether these are all.
 */

const PIECE_BYTES = 1024 * 1024

/** One file, from its beginning on; tasks come in the order of their `upTo`. */
export function createFileHash() {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
  let position = 0
  return {
    /**
     * @param {HashTask} task
     * @returns {string | undefined} The digest in hex, of the last task.
     */
    perform({ fd, upTo, finish }) {
      while (position < upTo) {
        throwIfStopped()
        const count = readSync(fd, piece, 0, Math.min(PIECE_BYTES, upTo - position), position)
        if (count === 0) throw new Error('The bundle became shorter while it was written.')
        hash.update(piece.subarray(0, count))
        position += count
      }
      return finish ? hash.digest('hex') : undefined
    }
  }
}

/** @type {ReturnType<typeof createFileHash> | undefined} */
let file

serveTasks('hash', task => {
  file ??= createFileHash()
  return file.perform(task)
})
