/**
 * The SHA-256 of a file that is still being written, up to where its content is final. Plain JavaScript, because a Node
 * 20 worker cannot load TypeScript source.
 */
import { createHash } from 'node:crypto'
import { readSync } from 'node:fs'
import { serveTasks, throwIfStopped } from './serve.js'

/**
 * @typedef {object} HashTask
 * @property {number} fd An open file that can be read at any position.
 * @property {number} upTo Bytes from its beginning that will not change any more.
 * @property {boolean} finish Whether this is the whole file.
 */

const PIECE_BYTES = 1024 * 1024

/** Hashes one file from its beginning; tasks come in the order of their `upTo`. */
export function createFileHash() {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
  let position = 0
  return {
    /**
     * @param {HashTask} task
     * @returns {string | undefined} The digest in hex, for the last task.
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
