/** Files in the state folder of removed instances and apps: run folders, volumes, bundles and unfinished uploads. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { inUse } from '#core/clean-up/leftovers.ts'
import { titleOf as appTitleOf } from '#core/platform/app.ts'
import type { LeftoverPlace } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Leftover } from '#shared/upkeep.ts'
import { removeTree } from '../remove-tree.ts'
import { manifestOf } from './app-records.ts'
import type { BundleFiles } from './bundles.ts'
import type { LocalContext } from './context.ts'
import { sizeOf } from './instances/details.ts'
import type { Observer } from './instances/observe.ts'
import { endUnrecorded, findOrphans, type Orphan } from './instances/orphans.ts'
import { findRow, isInstanceId } from './instances/records.ts'

const HOUR = 3_600_000
/** Milliseconds after which no import can still need a bundle, and no client continues an upload. */
const SETTLED = { bundle: HOUR, upload: 24 * HOUR } as const

type Kind = 'run' | 'volume' | 'bundle' | 'upload'

const RUNNING = 'running-'

const isSha256 = (text: string) => /^[0-9a-f]{64}$/.test(text)

function titleOf(kind: Kind, name: string): string {
  const short = name.slice(0, 8)
  if (kind === 'upload') return t`Upload ${short}`
  return kind === 'bundle' ? t`Stored bundle ${short}` : t`Instance ${short}`
}

/** `endAndRemove` removes an instance that should have ended with its command, as the command would have done. */
export function statePlace(
  context: LocalContext,
  bundles: BundleFiles,
  observer: Observer,
  endAndRemove: (owner: string, id: string, signal?: AbortSignal) => Promise<void>
): LeftoverPlace {
  const { folders } = context
  const places = [
    { kind: 'run', folder: folders.runs, isName: isInstanceId, ending: '' },
    { kind: 'volume', folder: folders.volumes, isName: isInstanceId, ending: '' },
    { kind: 'bundle', folder: folders.bundles, isName: isSha256, ending: '.qz' },
    { kind: 'upload', folder: folders.uploads, isName: isSha256, ending: '.part' }
  ] as const

  /** Whether nothing can need it. Called after it was found: a record is committed before its folder is made. */
  async function isFree(kind: Kind, name: string, modified: number): Promise<boolean> {
    const store = await context.store()
    if (kind === 'run' || kind === 'volume') return findRow(store, name) === undefined
    if (Date.now() - modified <= SETTLED[kind]) return false
    return (
      kind === 'upload' ||
      store.get('SELECT 1 AS used FROM apps WHERE sha256 = ? LIMIT 1', name) === undefined
    )
  }

  async function look(kind: Kind, path: string, name: string): Promise<Leftover | undefined> {
    const info = await stat(path).catch(() => undefined)
    if (!info || !(await isFree(kind, name, info.mtimeMs))) return undefined
    return {
      ...{ id: `${kind}-${name}`, kind, title: titleOf(kind, name) },
      size: info.isDirectory() ? await sizeOf(path) : info.size,
      usedAt: info.mtime.toISOString(),
      proposed: kind !== 'volume'
    }
  }

  /** IDs that an engine still holds. The background clean-up ends them first: their launchers may still write. */
  async function held(signal?: AbortSignal): Promise<ReadonlySet<string>> {
    const lists = await Promise.all(
      context.engines.map(engine => engine.list(folders.runs, signal).catch(() => []))
    )
    return new Set(lists.flat())
  }

  async function orphanLeftover({ id, row }: Orphan): Promise<Leftover> {
    const folder = await stat(observer.runFolderOf(id)).catch(() => undefined)
    return {
      ...{ id: `${RUNNING}${id}`, kind: 'running', size: 0, proposed: true },
      title: row ? `${appTitleOf(manifestOf(row))} ${row.version}` : t`Instance ${id.slice(0, 8)}`,
      usedAt: row?.started_at ?? (folder?.mtime ?? new Date()).toISOString()
    }
  }

  /** Checks again first. Does nothing if it has ended or has a valid record by now. */
  async function endOrphan(id: string, signal?: AbortSignal): Promise<void> {
    const orphan = (await findOrphans(context, observer, signal)).find(other => other.id === id)
    if (!orphan) return
    if (orphan.detached && orphan.row) {
      await endAndRemove(orphan.row.owner, id, signal).catch(error => {
        // The clean-up of another host was faster.
        if (!(error instanceof AppError) || error.code !== 'NOT_FOUND') throw error
      })
    } else await endUnrecorded(observer, orphan, signal)
  }

  return {
    name: t`removed instances and apps`,
    async list(signal) {
      const orphans = await findOrphans(context, observer, signal)
      const found: Leftover[] = await Promise.all(orphans.map(orphanLeftover))
      const running = await held(signal)
      for (const { kind, folder, isName, ending } of places) {
        for (const file of await readdir(folder).catch(() => [])) {
          signal?.throwIfAborted()
          const name = file.endsWith(ending) ? file.slice(0, file.length - ending.length) : ''
          if (!isName(name) || running.has(name)) continue
          const leftover = await look(kind, join(folder, file), name)
          if (leftover) found.push(leftover)
        }
      }
      return found
    },
    async remove(id, signal) {
      if (id.startsWith(RUNNING)) return endOrphan(id.slice(RUNNING.length), signal)
      const place = places.find(({ kind }) => id.startsWith(`${kind}-`))
      const name = id.slice((place?.kind.length ?? 0) + 1)
      if (!place?.isName(name)) return
      const { kind, folder, ending } = place
      const path = join(folder, `${name}${ending}`)
      const info = await stat(path).catch(() => undefined)
      if (!info) return
      if ((await held(signal)).has(name) || !(await isFree(kind, name, info.mtimeMs))) {
        throw inUse(titleOf(kind, name))
      }
      // Checks a last time under the write lock: an import may need it.
      if (kind === 'bundle') return bundles.removeUnreferenced(await context.store(), name)
      await removeTree(path)
    }
  }
}
