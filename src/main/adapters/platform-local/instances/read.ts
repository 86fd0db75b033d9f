/** Reads instances for users: state, names of environment variables, log, events and disk usage. */
import { readLogPage } from '#core/log/read.ts'
import { envNames } from '#core/platform/env.ts'
import type { Instance } from '#shared/instance.ts'
import type { EnvName, InstanceUsage } from '#shared/instance-details.ts'
import type { InstanceEvent } from '#shared/instance-event.ts'
import { isEnded } from '#shared/instance-state.ts'
import type { LogPage, LogQuery } from '#shared/log.ts'
import { manifestOf } from '../app-records.ts'
import { usageOf } from './details.ts'
import { listEvents } from './events.ts'
import { overridesOf } from './overrides.ts'
import type { Parts } from './parts.ts'
import { findRow, listRows, requireRow, rowsOfIds } from './records.ts'

type Reading = Pick<Parts, 'context' | 'observer'>

/** The user's own instances; with `all` also those others show to all users. `maxAge`: see `Observer.observe`. */
export async function listInstances(
  { context, observer }: Reading,
  user: string,
  all: boolean,
  signal?: AbortSignal,
  maxAge = 0
): Promise<Instance[]> {
  const rows = listRows(await context.store(), user, all)
  return (await observer.observeAll(rows, maxAge, signal)).map(seenBy(user))
}

/** Like `listInstances`, for these IDs only. */
export async function someInstances(
  { context, observer }: Reading,
  user: string,
  ids: readonly string[],
  signal?: AbortSignal,
  maxAge = 0
): Promise<Instance[]> {
  const rows = rowsOfIds(await context.store(), ids)
  return (await observer.observeAll(rows, maxAge, signal)).map(seenBy(user))
}

export async function getInstance(
  { context, observer }: Reading,
  user: string,
  id: string,
  signal?: AbortSignal
): Promise<Instance> {
  const row = requireRow(await context.store(), id, user)
  return seenBy(user)(await observer.observe(row, 0, signal))
}

/** Only owners can open shells. */
function seenBy(user: string) {
  return (instance: Instance): Instance =>
    instance.shell && instance.owner !== user ? { ...instance, shell: false } : instance
}

export async function readEvents(
  { context, observer }: Reading,
  user: string,
  id: string
): Promise<InstanceEvent[]> {
  const store = await context.store()
  // Observe first: what happened since the last check is also an event.
  await observer.observe(requireRow(store, id, user))
  return listEvents(store, id)
}

export async function readEnvNames({ context }: Reading, user: string, id: string): Promise<EnvName[]> {
  const row = requireRow(await context.store(), id, user)
  const given = row.owner === user ? Object.keys(await overridesOf(context, row)) : []
  return envNames(manifestOf(row), given)
}

export async function readUsage(
  { context }: Reading,
  user: string,
  ids: readonly string[],
  signal?: AbortSignal
): Promise<InstanceUsage[]> {
  const wanted = new Set(ids)
  const rows = listRows(await context.store(), user, true).filter(({ id }) => wanted.has(id))
  return usageOf(
    context,
    rows.map(({ id }) => id),
    signal
  )
}

export async function readLog(
  { context, observer }: Reading,
  user: string,
  query: LogQuery,
  signal?: AbortSignal
): Promise<LogPage> {
  const store = await context.store()
  requireRow(store, query.id, user)
  let endedAt: string | undefined
  const ended = async () => {
    const row = findRow(store, query.id)
    const seen = row && (await observer.observe(row, 500, signal))
    endedAt = seen?.endedAt
    return !seen || isEnded(seen)
  }
  const page = await readLogPage(observer.runFolderOf(query.id), query, ended, signal)
  return page.end && endedAt !== undefined ? { ...page, endedAt } : page
}
