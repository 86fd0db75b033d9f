/** Watches the files that go into a project's bundle: one event per burst of changes, and none for ignored files. */
import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ProjectChange } from '#shared/project.ts'
import { createEmitter } from '../async/emitter.ts'
import { walkProject } from '../bundle/files/walk.ts'

/** Milliseconds without a change that end a burst, and the longest wait for that. */
const QUIET_MS = 250
const LONGEST_MS = 2_000
/** Limit of watched folders; changes in others are found only when a watched folder reports a change. */
const MAX_FOLDERS = 4_096
const TOLD_PATHS = 20
/** Milliseconds between two checks if the system has no watches left. */
const LOOK_EVERY = 2_000

/** Path to identity of each included file. */
type Picture = ReadonlyMap<string, string>

export interface WatchOptions {
  /** Called each time the present project is fully watched. */
  readonly onWatching?: (() => void) | undefined
}

/** Ends when `signal` aborts; throws NOT_FOUND or FORBIDDEN if the project can no longer be read. */
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
    // A second reading finds changes made while the watchers were set up.
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

/** Waits for a short pause in the changes: an editor writes a file in several steps. */
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

/** One watcher for the whole tree if the system supports that, else one for each folder with included files. */
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
      // If the folder is gone, its parent's watcher reports that.
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

/** The root, and every folder above a file. */
function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set([''])
  for (const path of paths) {
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      if (folders.size < MAX_FOLDERS) folders.add(path.slice(0, end))
    }
  }
  return folders
}
