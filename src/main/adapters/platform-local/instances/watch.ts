/** Watches instances: wakes when the database or a launcher's state changes, and at least once a second. */
import type { FSWatcher } from 'node:fs'
import type { Instance } from '#shared/instance.ts'
import { isEnded } from '#shared/instance-state.ts'
import type { LocalContext } from '../context.ts'
import { createStream, type Stream } from '../stream.ts'
import { createWakeUp, watchDatabase, watchQuietly } from '../wake-up.ts'

export interface InstanceChanges {
  readonly changed: Instance[]
  readonly removed: string[]
}

/** Milliseconds between two checks if nothing wakes the watch. */
const INTERVAL = 1_000

export interface Looks {
  all(signal: AbortSignal): Promise<Instance[]>
  /** Only these IDs, if they exist. */
  some(ids: readonly string[], signal: AbortSignal): Promise<Instance[]>
}

/**
 * Sends all instances first, then the changes. A slow listener only gets the latest state. Ends when `signal` aborts,
 * the listener returns or the platform is closed. Only works while a listener reads.
 */
export function watchInstances(
  context: LocalContext,
  runFolderOf: (id: string) => string,
  looks: Looks,
  signal?: AbortSignal
): Stream<InstanceChanges> {
  return createStream(context, signal, ended => changesOf(context, runFolderOf, looks, ended))
}

async function* changesOf(
  context: LocalContext,
  runFolderOf: (id: string) => string,
  looks: Looks,
  signal: AbortSignal
): AsyncGenerator<InstanceChanges, void, void> {
  const wakeUp = createWakeUp()
  const watchers = new Map<string, FSWatcher>()
  const known = new Map<string, string>()
  let revision = ''
  let active: readonly string[] = []
  try {
    watchers.set('', watchDatabase(context, wakeUp.wake))
    for (let first = true; !signal.aborted; first = false) {
      const store = await context.store()
      const now = store.revision()
      if (active.length > 0 || now !== revision) {
        // If no record changed, only running instances can differ.
        const whole = now !== revision
        revision = now
        const instances = whole ? await looks.all(signal) : await looks.some(active, signal)
        active = instances.filter(instance => !isEnded(instance)).map(({ id }) => id)
        followFolders(watchers, active, runFolderOf, wakeUp.wake)
        const changes = { changed: news(known, instances), removed: whole ? gone(known, instances) : [] }
        if (first || changes.changed.length > 0 || changes.removed.length > 0) yield changes
      }
      await wakeUp.sleep(INTERVAL, signal)
    }
  } finally {
    for (const watcher of watchers.values()) watcher.close()
  }
}

/** Instances that differ from their known state (an instance's JSON by its ID). Updates the known state. */
function news(known: Map<string, string>, instances: readonly Instance[]): Instance[] {
  return instances.filter(instance => {
    const text = JSON.stringify(instance)
    if (known.get(instance.id) === text) return false
    known.set(instance.id, text)
    return true
  })
}

/** IDs of known instances that no longer exist. Forgets them. */
function gone(known: Map<string, string>, instances: readonly Instance[]): string[] {
  const there = new Set(instances.map(({ id }) => id))
  const lost = [...known.keys()].filter(id => !there.has(id))
  for (const id of lost) known.delete(id)
  return lost
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
