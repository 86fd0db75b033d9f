/** Watches the files that go into a project's bundle: one event for each burst of changes, none for ignored files. */
import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ProjectChange } from '#shared/project.ts'
import { createEmitter } from '../async/emitter.ts'
import { walkProject } from '../bundle/files/walk.ts'

/** Milliseconds of quiet that end a burst, and the most that a burst is waited for. */
const QUIET_MS = 250
const LONGEST_MS = 2_000
/** Folders watched one by one; those beyond are looked at only when another one tells of a change. */
const MAX_FOLDERS = 4_096
const TOLD_PATHS = 20
/** Milliseconds between two checks if the system has no watches left. */
const LOOK_EVERY = 2_000

/** Path to identity of each file that goes in. */
type Picture = ReadonlyMap<string, string>

export interface WatchOptions {
  /** Told each time the project is being watched as it is now. */
  readonly onWatching?: (() => void) | undefined
}

/** Ends when `signal` aborts; throws NOT_FOUND or FORBIDDEN when the project can no longer be looked at. */
export async function* watchProject(
  folder: string,
  signal: AbortSignal | undefined,
  { onWatching }: WatchOptions = {}
): AsyncGenerator<ProjectChange> {
  const events = createEmitter<void>()
  const watchers = createWatchers(folder, () => events.emit())
  try {
    let before = await pictureOf(folder, signal)
    watchers.follow(before)
    // What changed while the watchers were set up is found by looking once more.
    for (let look = true; !signal?.aborted; look = false) {
      const next = events.next(signal)
      next.catch(() => undefined)
      if (!look) {
        onWatching?.()
        await next
        await settled(events, signal)
      }
      const after = await pictureOf(folder, signal)
      const paths = difference(before, after)
      before = after
      watchers.follow(after)
      if (paths.length > 0) yield { paths: paths.slice(0, TOLD_PATHS), count: paths.length }
    }
  } catch (error) {
    if (!signal?.aborted) throw error
  } finally {
    watchers.close()
  }
}

async function pictureOf(folder: string, signal: AbortSignal | undefined): Promise<Picture> {
  const files = await walkProject(folder, { signal })
  return new Map(
    files
      .filter(file => file.included)
      .map(({ path, size, mode, mtimeMs, inode, target }) => {
        return [path, [size, mode, mtimeMs, inode, target].join(' ')]
      })
  )
}

function difference(before: Picture, after: Picture): string[] {
  const changed = [...after].filter(([path, identity]) => before.get(path) !== identity)
  const gone = [...before.keys()].filter(path => !after.has(path))
  return [...changed.map(([path]) => path), ...gone].sort()
}

/** Waits until nothing has happened for a moment: an editor writes a file in several steps. */
async function settled(events: ReturnType<typeof createEmitter<void>>, signal: AbortSignal | undefined) {
  const end = performance.now() + LONGEST_MS
  for (let quiet = false; !quiet && performance.now() < end; ) {
    const stop = new AbortController()
    const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
    const again = events.next(both).then(
      () => false,
      () => true
    )
    quiet = await Promise.race([pause(QUIET_MS, true, { signal: both }), again])
    stop.abort()
    signal?.throwIfAborted()
  }
}

/** One watcher for the whole tree where the system has that, else one for each folder that something goes in from. */
function createWatchers(root: string, onEvent: () => void) {
  const watchers = new Map<string, FSWatcher>()
  let looking: NodeJS.Timeout | undefined
  const recursive = process.platform === 'darwin' || process.platform === 'win32'

  function add(folder: string) {
    try {
      const watcher = watch(join(root, folder), { recursive }, onEvent)
      watcher.on('error', () => remove(folder))
      watchers.set(folder, watcher)
    } catch (error) {
      // If the folder is gone, the folder around it reports that.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      looking ??= setInterval(onEvent, LOOK_EVERY).unref()
    }
  }

  function remove(folder: string) {
    watchers.get(folder)?.close()
    watchers.delete(folder)
    onEvent()
  }

  return {
    follow(picture: Picture) {
      const wanted = recursive ? new Set(['']) : foldersOf(picture.keys())
      for (const [folder, watcher] of watchers) {
        if (wanted.has(folder)) continue
        watcher.close()
        watchers.delete(folder)
      }
      for (const folder of wanted) if (!watchers.has(folder)) add(folder)
    },
    close() {
      clearInterval(looking)
      for (const watcher of watchers.values()) watcher.close()
      watchers.clear()
    }
  }
}

/** The root, and every folder on the way to a file. */
function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set([''])
  for (const path of paths) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      if (folders.size < MAX_FOLDERS) folders.add(path.slice(0, end))
    }
  }
  return folders
}
