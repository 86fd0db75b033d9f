/** Cleans up after killed processes: unneeded uploads and bundles, and remains of removed instances. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '../remove-tree.ts'
import type { BundleFiles } from './bundles.ts'
import type { LocalContext } from './context.ts'
import type { Observer } from './instances/observe.ts'
import { endUnrecorded, unrecorded } from './instances/orphans.ts'
import { forgetLeftover, type Leftover, listLeftovers } from './instances/records.ts'

const HOUR = 3_600_000
/** Milliseconds for which a bundle without an import, and an upload that has stopped, are kept. */
const BUNDLE_AGE = 24 * HOUR
const UPLOAD_AGE = 7 * 24 * HOUR
/** Milliseconds before a host checks whether its state is in use, and between two clean-ups. */
const DELAY = 3_000
const INTERVAL = 6 * HOUR
/** Milliseconds between two checks for instances that killed commands left running. Each is one database query. */
const SHORT_INTERVAL = 30_000
/** Instances whose remains are removed at the same time: each removal waits for engines and disks. */
const AT_ONCE = 50

/**
 * Cleans up in the background of hosts that live long enough; `stop` waits for a clean-up in progress. `endDetached`
 * runs more often: an app left by a killed command blocks the next command.
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
    // Do nothing while the state folder is not in use.
    const inUse = context.isOpen()
    going = (inUse ? work() : Promise.resolve())
      // What cannot be removed now is found again next time; no caller waits for it.
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
      // An instance that does not end must not keep others from being ended.
      await endUnrecorded(observer, orphan, signal).catch(() => undefined)
    }
  }
}

/** Removes the remains of an instance whose record is gone. What fails now stays recorded for the next clean-up. */
export function cleanUp(
  context: LocalContext,
  observer: Observer,
  leftover: Leftover,
  signal?: AbortSignal
): Promise<void> {
  return cleanUpAll(context, observer, [leftover], signal)
}

/** Like `cleanUp`, for many instances. An abort leaves the rest for the next clean-up. */
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

/**
 * One transaction, because each waits for the disk. An entry that stays is found again next time, with nothing left to
 * remove.
 */
async function forget(context: LocalContext, leftovers: readonly Leftover[]): Promise<void> {
  try {
    const store = await context.store()
    store.transaction(() => {
      for (const { id } of leftovers) forgetLeftover(store, id)
    })
  } catch {
    // For example, the disk is full.
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

/** The entries of a folder, with milliseconds since their last write. If the clock was set back, they look newer. */
async function oldest(folder: string): Promise<{ name: string; age: number }[]> {
  const found: { name: string; age: number }[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const info = await stat(join(folder, name)).catch(() => undefined)
    if (info) found.push({ name, age: Date.now() - info.mtimeMs })
  }
  return found
}
