/** Watches instances: wakes on changes of the database and of launchers' states, and once a second in any case. */
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

/** Milliseconds between two looks when nothing wakes it. */
const INTERVAL = 1_000

export interface Looks {
  all(signal: AbortSignal): Promise<Instance[]>
  /** Only these, as far as they are there. */
  some(ids: readonly string[], signal: AbortSignal): Promise<Instance[]>
}

/**
 * First all instances there are, then what became different of them; a slow listener gets the latest only. Ends
 * when `signal` aborts, the listener returns or the platform is closed. Works only while it is listened to.
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
        // Where no record changed, only what runs can be different.
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

/** Those that differ from what is known of them (an instance's JSON by its ID); they are known then. */
function news(known: Map<string, string>, instances: readonly Instance[]): Instance[] {
  return instances.filter(instance => {
    const text = JSON.stringify(instance)
    if (known.get(instance.id) === text) return false
    known.set(instance.id, text)
    return true
  })
}

/** Those known that are not there any more; they are forgotten. */
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
