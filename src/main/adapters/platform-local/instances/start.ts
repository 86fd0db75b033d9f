/** Starts ended instances again, and restarts running ones. */
import type { Instance } from '#shared/instance.ts'
import { isEnded } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { type Actor, thisProcess } from '../../home/actor.ts'
import { manifestOf } from '../app-records.ts'
import { nameOf, notEnded, startError, startReason } from './errors.ts'
import { overridesOf } from './overrides.ts'
import { type Chosen, choose, ownedRow, type Parts } from './parts.ts'
import { getInstance } from './read.ts'
import { beginRun, type InstanceRow, keepSeen, requireRow } from './records.ts'
import { stop } from './stop.ts'

export async function start(parts: Parts, user: string, id: string, signal?: AbortSignal): Promise<Instance> {
  const before = await ownedRow(parts, await parts.context.store(), user, id)
  if (!isEnded(before)) throw notEnded(before, t`The instance ${nameOf(before)} is running already.`)
  const { env, chosen } = await nextRun(parts, before, signal)
  return startRun(parts, before, chosen, env, signal)
}

export async function restart(
  parts: Parts,
  user: string,
  id: string,
  signal?: AbortSignal
): Promise<Instance> {
  const store = await parts.context.store()
  // Check first that it can start again: otherwise it is not stopped.
  const { env, chosen } = await nextRun(parts, await ownedRow(parts, store, user, id), signal)
  await stop(parts, user, id, signal)
  return startRun(parts, await ownedRow(parts, store, user, id), chosen, env, signal)
}

/** The environment and engine for the next run. Rejects if the run could not begin. */
async function nextRun(parts: Parts, before: InstanceRow, signal?: AbortSignal) {
  const overrides = await overridesOf(parts.context, before)
  const env = await parts.secrets.resolve(before.owner, manifestOf(before), overrides)
  return { env, chosen: await choose(parts, before.engine, signal) }
}

/** Begins the next run of an ended instance. */
export async function startRun(
  parts: Parts,
  before: InstanceRow,
  chosen: Chosen & { readonly attached?: Actor | undefined },
  env: Readonly<Record<string, string>>,
  signal?: AbortSignal
): Promise<Instance> {
  const { context, observer, starter } = parts
  const { id, owner } = before
  const store = await context.store()
  const { engine, notices, attached } = chosen
  const begin = { engine, notices, attached, actor: thisProcess(), time: context.now() }
  if (!beginRun(store, id, observer.runFolderOf(id), begin)) {
    throw notEnded(before, t`The instance ${nameOf(before)} is running already.`)
  }
  const row = requireRow(store, id, owner)
  try {
    await starter.clear(row, before.engine, signal)
    await starter.launch(row, env, signal)
  } catch (error) {
    const [route, time] = [row.route, context.now()]
    keepSeen(store, row, { state: 'failed', reason: startReason(error), route, endedAt: time, time })
    throw startError(error, row)
  }
  return getInstance(parts, owner, id)
}
