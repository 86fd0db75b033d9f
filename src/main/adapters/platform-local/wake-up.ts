/** Wakes a watch: on file changes, or at an interval if files cannot be watched. */
import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { databaseFile } from '../home/home.ts'
import type { LocalContext } from './context.ts'

/** Minimum milliseconds between two checks. */
const SHORTEST = 50

/** Wakes on each commit to the database by any process. */
export function watchDatabase({ folders }: Pick<LocalContext, 'folders'>, wake: () => void): FSWatcher {
  return watchQuietly(folders.state, wake, `${basename(databaseFile(''))}-wal`)
}

/** If a folder cannot be watched (yet), only the interval wakes the watch. */
export function watchQuietly(folder: string, wake: () => void, name: string): FSWatcher {
  try {
    const watcher = watchFolder(folder, { persistent: false }, (_event, file) => {
      if (file === null || file === name) wake()
    })
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return { close: () => undefined } as FSWatcher
  }
}

export function createWakeUp() {
  let awake = false
  let ring: (() => void) | undefined
  return {
    wake() {
      awake = true
      ring?.()
    },
    /** Sleeps until woken: at least SHORTEST and at most `longest` milliseconds. Returns early if `signal` aborts. */
    async sleep(longest: number, signal: AbortSignal): Promise<void> {
      await delay(SHORTEST, undefined, { signal }).catch(() => undefined)
      if (!awake && !signal.aborted) {
        const timer = new AbortController()
        const stop = () => timer.abort()
        ring = stop
        signal.addEventListener('abort', stop, { once: true })
        await delay(longest - SHORTEST, undefined, { signal: timer.signal }).catch(() => undefined)
        signal.removeEventListener('abort', stop)
        ring = undefined
      }
      awake = false
    }
  }
}
