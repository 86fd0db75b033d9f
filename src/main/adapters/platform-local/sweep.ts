/** Clears what killed processes left behind: uploads and bundles nobody wants any more, and remains of removed instances. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '../remove-tree.ts'
import type { BundleFiles } from './bundles.ts'
import type { LocalContext } from './context.ts'
import type { Observer } from './instances/observe.ts'
import { endUnrecorded, unrecorded } from './instances/orphans.ts'
import { forgetLeftover, type Leftover, listLeftovers } from './instances/records.ts'

const HOUR = 3_600_000
/** Milliseconds a bundle nobody imported and an upload nobody went on with are kept. */
const BUNDLE_AGE = 24 * HOUR
const UPLOAD_AGE = 7 * 24 * HOUR
/** Milliseconds before a host looks whether its state is in use, and between two sweeps. */
const DELAY = 3_000
const INTERVAL = 6 * HOUR
/** Milliseconds between two looks for what killed commands left running: a question to the database. */
const SHORT_INTERVAL = 30_000
/** Instances whose remains are removed at once: they wait for engines and disks. */
const AT_ONCE = 50

/**
 * Sweeps in the background of hosts that live long enough; `stop` waits for a sweep that goes on. `endDetached` is asked
 * more often: an app of a killed command is in the way of the next one.
 */
export function scheduleSweep(
  context: LocalContext,
  bundles: BundleFiles,
  observer: Observer,
  endDetached: (signal: AbortSignal) => Promise<void>
) {
  let next = 0
  let timer = setTimeout(run, DELAY)
  timer.unref()
  let going: Promise<void> = Promise.resolve()
  const stopping = new AbortController()

  function run() {
    // A state folder nobody uses yet is left alone.
    const inUse = context.isOpen()
    going = (inUse ? work() : Promise.resolve())
      // What cannot be cleared now is met again next time; no caller waits for it.
      .catch(() => undefined)
      .then(() => {
        if (stopping.signal.aborted) return
        timer = setTimeout(run, inUse ? SHORT_INTERVAL : DELAY)
        timer.unref()
      })
  }

  async function work() {
    await endDetached(stopping.signal)
    if (performance.now() < next) return
    next = performance.now() + INTERVAL
    await sweep(context, bundles, observer, stopping.signal)
  }

  return {
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await going
    }
  }
}

export async function sweep(
  context: LocalContext,
  bundles: BundleFiles,
  observer: Observer,
  signal?: AbortSignal
): Promise<void> {
  const { folders } = context
  const store = await context.store()
  for (const { name, age } of await oldest(folders.uploads)) {
    if (signal?.aborted) return
    if (age > UPLOAD_AGE) await rm(join(folders.uploads, name), { force: true })
  }
  for (const { name, age } of await oldest(folders.bundles)) {
    if (signal?.aborted) return
    if (age > BUNDLE_AGE) bundles.removeUnreferenced(store, name.replace(/\.qz$/, ''))
  }
  await cleanUpAll(context, observer, listLeftovers(store), signal)
  for (const engine of context.engines) {
    for (const orphan of await unrecorded(context, observer, engine, signal)) {
      // One that does not end keeps no other from being ended.
      await endUnrecorded(observer, orphan, signal).catch(() => undefined)
    }
  }
}

/** Removes what is left of an instance whose record is gone. What cannot go now stays noted down for the next sweep. */
export function cleanUp(
  context: LocalContext,
  observer: Observer,
  leftover: Leftover,
  signal?: AbortSignal
): Promise<void> {
  return cleanUpAll(context, observer, [leftover], signal)
}

/** As `cleanUp`, of many; an abort leaves the rest for the next sweep. */
export async function cleanUpAll(
  context: LocalContext,
  observer: Observer,
  leftovers: readonly Leftover[],
  signal?: AbortSignal
): Promise<void> {
  for (let from = 0; from < leftovers.length && !signal?.aborted; from += AT_ONCE) {
    const some = leftovers.slice(from, from + AT_ONCE)
    const gone = await Promise.all(some.map(leftover => isCleared(context, observer, leftover, signal)))
    await forget(
      context,
      some.filter((_, index) => gone[index])
    )
  }
}

/** In one transaction: each waits for the disk. What cannot be forgotten is met again, and is gone then. */
async function forget(context: LocalContext, leftovers: readonly Leftover[]): Promise<void> {
  try {
    const store = await context.store()
    store.transaction(() => {
      for (const { id } of leftovers) forgetLeftover(store, id)
    })
  } catch {
    // On a full disk, say.
  }
}

async function isCleared(
  context: LocalContext,
  observer: Observer,
  leftover: Leftover,
  signal?: AbortSignal
): Promise<boolean> {
  const { id } = leftover
  const folder = observer.runFolderOf(id)
  try {
    await observer.engineOf(leftover).remove(id, folder, signal)
    await removeTree(join(context.folders.volumes, id))
    await removeTree(folder)
    return true
  } catch {
    return false
  }
}

/** What is in a folder, with milliseconds since it was last written. A clock set back makes things look new. */
async function oldest(folder: string): Promise<{ name: string; age: number }[]> {
  const found: { name: string; age: number }[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const info = await stat(join(folder, name)).catch(() => undefined)
    if (info) found.push({ name, age: Date.now() - info.mtimeMs })
  }
  return found
}
