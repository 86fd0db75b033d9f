/** Clears what killed processes left behind: uploads and bundles nobody wants any more, and remains of removed instances. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '#core/files.ts'
import type { Engine } from '#core/ports.ts'
import type { BundleFiles } from './bundles.ts'
import type { LocalContext } from './context.ts'
import { findRow, forgetLeftover, isInstanceId, type Leftover, listLeftovers } from './instance-records.ts'
import { isEnded } from './instance-state.ts'
import type { Observer } from './observe.ts'

const HOUR = 3_600_000
/** Milliseconds a bundle nobody imported and an upload nobody went on with are kept. */
const BUNDLE_AGE = 24 * HOUR
const UPLOAD_AGE = 7 * 24 * HOUR
/** Milliseconds before a host looks whether its state is in use, and between two sweeps. */
const DELAY = 3_000
const INTERVAL = 6 * HOUR

/** Sweeps in the background of hosts that live long enough; `stop` waits for a sweep that goes on. */
export function scheduleSweep(context: LocalContext, bundles: BundleFiles, observer: Observer) {
  let timer = setTimeout(run, DELAY)
  timer.unref()
  let going: Promise<void> = Promise.resolve()
  const stopping = new AbortController()

  function run() {
    // A state folder nobody uses yet is left alone.
    const inUse = context.isOpen()
    const work = inUse ? sweep(context, bundles, observer, stopping.signal) : Promise.resolve()
    going = work
      // What cannot be cleared now is met again next time; no caller waits for it.
      .catch(() => undefined)
      .then(() => {
        if (stopping.signal.aborted) return
        timer = setTimeout(run, inUse ? INTERVAL : DELAY)
        timer.unref()
      })
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
  for (const leftover of listLeftovers(store)) {
    if (signal?.aborted) return
    await cleanUp(context, observer, leftover, signal)
  }
  for (const engine of context.engines) await endOrphans(context, observer, engine, signal)
}

/**
 * Ends what an engine runs for this home and no record knows as running. A record is committed before its start, so
 * what was listed before the records are read has one, or never will.
 */
async function endOrphans(context: LocalContext, observer: Observer, engine: Engine, signal?: AbortSignal) {
  const store = await context.store()
  for (const id of await engine.list(signal).catch(() => [])) {
    // What engines find (labels, command lines) anybody can have written: no path is made of it unseen.
    if (!isInstanceId(id)) continue
    const row = findRow(store, id)
    if (!row) await cleanUp(context, observer, { id, engine: engine.kind }, signal)
    else if (isEnded(row.state) || row.engine !== engine.kind)
      // One that does not end keeps no other from being ended.
      await engine.stop(id, observer.runFolderOf(id), 0, signal).catch(() => undefined)
  }
}

/** Removes what is left of an instance whose record is gone. What cannot go now stays noted down for the next sweep. */
export async function cleanUp(
  context: LocalContext,
  observer: Observer,
  leftover: Leftover,
  signal?: AbortSignal
): Promise<void> {
  const { id } = leftover
  const folder = observer.runFolderOf(id)
  try {
    const engine = observer.engineOf(leftover)
    await engine.stop(id, folder, 0, signal)
    await engine.remove(id, folder, signal)
    await removeTree(join(context.folders.volumes, id))
    await removeTree(folder)
    forgetLeftover(await context.store(), id)
  } catch {
    // It stays noted down.
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
