/** Watches instances: wakes on changes of the database and of launchers' states, and once a second in any case. */
import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { AsyncIteratorClass } from '@orpc/contract'
import type { Instance } from '#shared/instance.ts'
import { databaseFile, type LocalContext } from './context.ts'
import { isEnded } from './instance-state.ts'

export interface InstanceChanges {
  readonly changed: Instance[]
  readonly removed: string[]
}

/** Milliseconds between two looks when nothing wakes it, and at least between any two. */
const INTERVAL = 1_000
const SHORTEST = 50

/**
 * First all instances `list` gives, then what became different of them; a slow listener gets the latest only. Ends
 * when `signal` aborts, the listener returns or the platform is closed. Works only while it is listened to.
 */
export function watchInstances(
  context: LocalContext,
  runFolderOf: (id: string) => string,
  list: (signal: AbortSignal) => Promise<Instance[]>,
  signal?: AbortSignal
): AsyncIteratorClass<InstanceChanges, void, void> {
  const ending = new AbortController()
  const either = AbortSignal.any([...(signal ? [signal] : []), context.closed, ending.signal])
  const changes = changesOf(context, runFolderOf, () => list(either), either)
  const next = () =>
    changes.next().catch(error => {
      if (either.aborted) return { done: true as const, value: undefined }
      throw error
    })
  return new AsyncIteratorClass(next, async () => {
    ending.abort()
    await changes.return()
  })
}

async function* changesOf(
  context: LocalContext,
  runFolderOf: (id: string) => string,
  list: () => Promise<Instance[]>,
  signal: AbortSignal
): AsyncGenerator<InstanceChanges, void, void> {
  const wakeUp = createWakeUp()
  const watchers = new Map<string, FSWatcher>()
  const known = new Map<string, string>()
  let revision = ''
  let someActive = false
  try {
    watchers.set('', watchQuietly(context.folders.state, wakeUp.wake, `${basename(databaseFile(''))}-wal`))
    for (let first = true; !signal.aborted; first = false) {
      const store = await context.store()
      const now = store.revision()
      if (someActive || now !== revision) {
        revision = now
        const instances = await list()
        const active = instances.filter(({ state }) => !isEnded(state)).map(({ id }) => id)
        someActive = active.length > 0
        followFolders(watchers, active, runFolderOf, wakeUp.wake)
        const changes = difference(known, instances)
        if (first || changes.changed.length > 0 || changes.removed.length > 0) yield changes
      }
      await wakeUp.sleep(INTERVAL, signal)
    }
  } finally {
    for (const watcher of watchers.values()) watcher.close()
  }
}

/** Brings `known` (an instance's JSON by its ID) up to date. */
function difference(known: Map<string, string>, instances: readonly Instance[]): InstanceChanges {
  const changed: Instance[] = []
  const gone = new Set(known.keys())
  for (const instance of instances) {
    gone.delete(instance.id)
    const text = JSON.stringify(instance)
    if (known.get(instance.id) === text) continue
    known.set(instance.id, text)
    changed.push(instance)
  }
  for (const id of gone) known.delete(id)
  return { changed, removed: [...gone] }
}

function followFolders(
  watchers: Map<string, FSWatcher>,
  active: readonly string[],
  runFolderOf: (id: string) => string,
  wake: () => void
): void {
  for (const [id, watcher] of watchers) {
    if (id === '' || active.includes(id)) continue
    watcher.close()
    watchers.delete(id)
  }
  for (const id of active) {
    if (!watchers.has(id)) watchers.set(id, watchQuietly(runFolderOf(id), wake, 'state.json'))
  }
}

/** Where a folder cannot be watched (yet), the interval has to do. */
function watchQuietly(folder: string, wake: () => void, name: string): FSWatcher {
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

function createWakeUp() {
  let awake = false
  let ring: (() => void) | undefined
  return {
    wake() {
      awake = true
      ring?.()
    },
    /** Until woken, at least SHORTEST and at most `longest` milliseconds; at once when `signal` aborts. */
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
