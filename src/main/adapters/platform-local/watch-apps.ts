/** Watches apps: a counter in the database shows whether any changed, and only changed apps are read. */
import type { FSWatcher } from 'node:fs'
import type { AppChanges } from '#shared/app.ts'
import type { Store } from '../store/database.ts'
import { type AppRow, toApp } from './app-records.ts'
import type { LocalContext } from './context.ts'
import { createStream, type Stream } from './stream.ts'
import { createWakeUp, watchDatabase } from './wake-up.ts'

/** Milliseconds between two checks if nothing wakes the watch. */
const INTERVAL = 2_000
/** Apps in one event: few enough that a window does not stutter while reading it. */
const PIECE = 500

interface Sign {
  readonly id: string
  readonly sign: string
}

/** Sends all apps first, then the changes. Ends as `watchInstances` does. */
export async function watchApps(
  context: LocalContext,
  user: string,
  all: boolean,
  signal?: AbortSignal
): Promise<Stream<AppChanges>> {
  await context.store()
  return createStream(context, signal, ended => changesOf(context, user, all, ended))
}

async function* changesOf(
  context: LocalContext,
  user: string,
  all: boolean,
  signal: AbortSignal
): AsyncGenerator<AppChanges, void, void> {
  const wakeUp = createWakeUp()
  const known = new Map<string, string>()
  let watcher: FSWatcher | undefined
  let revision: string | undefined
  try {
    watcher = watchDatabase(context, wakeUp.wake)
    for (let first = true; !signal.aborted; first = false) {
      const store = await context.store()
      const now = revisionOf(store)
      if (first || now !== revision) {
        revision = now
        yield* piecesOf(store, difference(known, signsOf(store, user, all)), first)
      }
      await wakeUp.sleep(INTERVAL, signal)
    }
  } finally {
    watcher?.close()
  }
}

function revisionOf(store: Store): string {
  return store.get<{ value: string }>(`SELECT value FROM meta WHERE key = 'apps_revision'`)?.value ?? ''
}

/** The parts of each app that can change, newest first. */
function signsOf(store: Store, user: string, all: boolean): Sign[] {
  return store.all<Sign>(
    `SELECT id, visibility || updated_at AS sign FROM apps
     WHERE (owner = ? OR (? AND visibility = 'ALL_USERS')) AND NOT ephemeral ORDER BY seq DESC`,
    user,
    Number(all)
  )
}

/** Updates `known` (a sign by ID) and returns the differences. */
function difference(known: Map<string, string>, signs: readonly Sign[]) {
  const gone = new Set(known.keys())
  const changed: string[] = []
  for (const { id, sign } of signs) {
    gone.delete(id)
    if (known.get(id) === sign) continue
    known.set(id, sign)
    changed.push(id)
  }
  for (const id of gone) known.delete(id)
  return { changed, removed: [...gone] }
}

function* piecesOf(
  store: Store,
  { changed, removed }: { readonly changed: readonly string[]; readonly removed: string[] },
  first: boolean
): Generator<AppChanges> {
  if (changed.length === 0 && (first || removed.length > 0)) yield { changed: [], removed, more: false }
  for (let at = 0; at < changed.length; at += PIECE) {
    const rows = changed
      .slice(at, at + PIECE)
      .flatMap(id => store.get<AppRow>('SELECT * FROM apps WHERE id = ?', id) ?? [])
    const more = at + PIECE < changed.length
    yield { changed: rows.map(toApp), removed: more ? [] : removed, more }
  }
}
