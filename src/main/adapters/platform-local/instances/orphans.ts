/** Finds apps that run without a reason: no record says that they run, or the command they ran for was killed. */
import { mapBounded } from '#core/async/queue.ts'
import type { Engine } from '#core/ports.ts'
import { isEnded } from '#shared/instance-state.ts'
import { type Actor, hasEnded } from '../../home/actor.ts'
import type { Store } from '../../store/database.ts'
import type { LocalContext } from '../context.ts'
import type { Observer } from './observe.ts'
import { attachedRows, findRow, type InstanceRow, isInstanceId } from './records.ts'

/** Instances that an engine is asked about at the same time. */
const AT_ONCE = 8

export interface Orphan {
  readonly id: string
  readonly engine: Engine
  /** Undefined if the instance was removed. */
  readonly row: InstanceRow | undefined
  /** Its record is correct, but the process it should have ended with is gone. */
  readonly detached: boolean
}

/** Instances of one engine that run without a record that says so. Empty if the engine does not answer. */
export async function unrecorded(
  context: LocalContext,
  observer: Observer,
  engine: Engine,
  signal?: AbortSignal
): Promise<Orphan[]> {
  const store = await context.store()
  // Anyone can have written what engines find (labels, command lines): check each ID before it becomes part of a path.
  const ids = (await engine.list(context.folders.runs, signal).catch(() => [])).filter(isInstanceId)
  const found = await mapBounded(ids, AT_ONCE, async (id): Promise<Orphan[]> => {
    const row = findRow(store, id)
    if (row && !isEnded(row) && row.engine === engine.kind) return []
    const status = await engine.status(id, observer.runFolderOf(id), signal).catch(() => undefined)
    if (status?.kind !== 'running') return []
    // A run that began while the engine was asked has a record, because a record is committed before the first start.
    const now = findRow(store, id)
    return now?.run === row?.run && now?.state === row?.state ? [{ id, engine, row, detached: false }] : []
  })
  return found.flat()
}

/** Instances that should have ended with a process that is gone. */
export function detached(store: Store): InstanceRow[] {
  return attachedRows(store).filter(
    ({ attached }) => attached !== null && hasEnded(JSON.parse(attached) as Actor)
  )
}

export async function findOrphans(
  context: LocalContext,
  observer: Observer,
  signal?: AbortSignal
): Promise<Orphan[]> {
  const store = await context.store()
  const rows = detached(store)
  const without = await Promise.all(
    context.engines.map(engine => unrecorded(context, observer, engine, signal))
  )
  return [
    ...rows.map(row => ({ id: row.id, engine: observer.engineOf(row), row, detached: true })),
    ...without.flat()
  ]
}

/** Ends an instance that no record lists as running. Its log and volume stay: the record may have been lost. */
export async function endUnrecorded(observer: Observer, { id, engine, row }: Orphan, signal?: AbortSignal) {
  const folder = observer.runFolderOf(id)
  if (row) await engine.stop(id, folder, 0, signal)
  else await engine.remove(id, folder, signal)
}
