/** Waits for a log to grow: uses file system events, and a slow poll if there are none. */
import { type FSWatcher, watch } from 'node:fs'

/** Milliseconds between two polls. */
const POLL = 300

export interface LogChanges {
  /**
   * Resolves on a write to the folder since the last call, after POLL, or after `longest` milliseconds; rejects when
   * aborted.
   */
  next(longest: number, signal?: AbortSignal): Promise<void>
  close(): void
}

/** Watches from now on, until `close` is called. */
export function watchLog(folder: string): LogChanges {
  let changed = false
  let wake: (() => void) | undefined
  let watcher = openWatch(folder, tell)

  function tell() {
    changed = true
    wake?.()
  }

  function next(longest: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const timer = setTimeout(done, Math.min(POLL, longest))
      function end() {
        clearTimeout(timer)
        signal?.removeEventListener('abort', aborted)
        wake = undefined
        changed = false
      }
      function done() {
        end()
        resolve()
      }
      function aborted() {
        end()
        reject(signal?.reason)
      }
      watcher ??= openWatch(folder, tell)
      if (changed) return done()
      signal?.addEventListener('abort', aborted, { once: true })
      wake = done
    })
  }

  return { next, close: () => watcher?.close() }
}

/** Undefined if the folder does not exist yet, or the system has no watches left; then the poll is used. */
function openWatch(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, onChange)
    return watcher.on('error', () => watcher.close())
  } catch {
    return undefined
  }
}
