/** Waits for a log to grow: the file system tells, and a slow poll stands in where it does not. */
import { type FSWatcher, watch } from 'node:fs'

/** Milliseconds between two looks of the poll. */
const POLL = 300

/** Resolves at the next write to the folder, after POLL, or after `longest` milliseconds; rejects when aborted. */
export function waitForChange(folder: string, longest: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    let watcher: FSWatcher | undefined
    const timer = setTimeout(done, Math.min(POLL, longest))
    function end() {
      clearTimeout(timer)
      watcher?.close()
      signal?.removeEventListener('abort', aborted)
    }
    function done() {
      end()
      resolve()
    }
    function aborted() {
      end()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', aborted, { once: true })
    try {
      watcher = watch(folder, { persistent: false }, done).on('error', () => watcher?.close())
    } catch {
      // The folder is not there yet, or the system has no watches left: the poll does it.
    }
  })
}
