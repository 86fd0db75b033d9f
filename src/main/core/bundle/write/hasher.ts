/** The SHA-256 of a bundle while it is written: on its own thread, or in process if the bundle is small. */
import { setImmediate } from 'node:timers/promises'
import { createFileHash, type HashTask } from '../../workers/hash-worker.js'
import { createWorkerPool } from '../../workers/pool.ts'

export interface Hasher {
  /** Reports that the file will not change any more up to this position. */
  reached(position: number): void
  /** The digest in hex of the whole file, which has this size. */
  finish(size: number): Promise<string>
  /** Stops reading; only then may the file be closed. */
  close(): Promise<void>
}

/** Bytes that the thread hashes per task. */
const STEP_BYTES = 4 * 1024 * 1024

export function createHasher(fd: number, threaded: boolean): Hasher {
  return threaded ? onThread(fd) : inProcess(fd)
}

function onThread(fd: number): Hasher {
  const pool = createWorkerPool<HashTask, string | undefined>({
    name: 'hash-worker',
    role: 'hash',
    size: 1
  })
  let told = 0
  return {
    reached(position) {
      if (position - told < STEP_BYTES) return
      told = position
      // If this fails, it fails again in `finish`, which is awaited.
      pool.run({ fd, upTo: position, finish: false }).catch(() => undefined)
    },
    async finish(size) {
      return (await pool.run({ fd, upTo: size, finish: true })) ?? ''
    },
    close: () => pool.close()
  }
}

/** Pauses between steps, so that other work on this thread can run. */
function inProcess(fd: number): Hasher {
  const file = createFileHash()
  return {
    reached() {},
    async finish(size) {
      for (let upTo = STEP_BYTES; upTo < size; upTo += STEP_BYTES) {
        file.perform({ fd, upTo, finish: false })
        await setImmediate()
      }
      return file.perform({ fd, upTo: size, finish: true }) ?? ''
    },
    async close() {}
  }
}
