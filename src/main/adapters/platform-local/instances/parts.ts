/** The shared parts that actions on instances of the local platform use. */
import { chooseEngine } from '#core/host/engine-choice.ts'
import { requireOwned } from '#core/platform/visibility.ts'
import type { EngineKind } from '#shared/instance.ts'
import type { Store } from '../../store/database.ts'
import type { BundleFiles } from '../bundles.ts'
import type { LocalContext } from '../context.ts'
import type { Secrets } from '../secrets.ts'
import type { InstanceStarter } from './launch.ts'
import type { Observer } from './observe.ts'
import { type InstanceRow, requireRow } from './records.ts'

export interface Parts {
  readonly context: LocalContext
  readonly bundles: BundleFiles
  readonly observer: Observer
  readonly starter: InstanceStarter
  readonly secrets: Secrets
}

/** The engine of the next run, and notices about it for the user. */
export interface Chosen {
  readonly engine: EngineKind
  readonly notices: readonly string[]
}

export async function choose(
  { context }: Parts,
  wanted: EngineKind | undefined,
  signal?: AbortSignal
): Promise<Chosen> {
  const choice = wanted ?? (await context.engineChoice())
  const { engine, notices } = await chooseEngine(context.engines, choice, signal)
  return { engine: engine.kind, notices }
}

/** The row of one of the user's own instances, after an update. NOT_FOUND or FORBIDDEN for other instances. */
export async function ownedRow(
  { observer }: Parts,
  store: Store,
  user: string,
  id: string
): Promise<InstanceRow> {
  const row = requireRow(store, id, user)
  requireOwned(row, user)
  return (await observer.refresh(row)) ?? requireRow(store, id, user)
}
