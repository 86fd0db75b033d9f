/** Instances of the local platform: recorded before they start, shown as they are, found again by any later host. */
import { chooseEngine } from '#core/host/engine-choice.ts'
import { readLogPage } from '#core/log/read.ts'
import type { Visibility } from '#shared/app.ts'
import { AppError } from '#shared/errors.ts'
import type { EngineKind, Instance } from '#shared/instance.ts'
import type { EnvName, InstanceUsage, RunFacts } from '#shared/instance-details.ts'
import type { InstanceEvent } from '#shared/instance-event.ts'
import { t } from '#shared/language.ts'
import type { LogFindQuery, LogMatches, LogPage, LogQuery } from '#shared/log.ts'
import type { Store } from '../store/database.ts'
import { type Actor, thisProcess } from './actor.ts'
import { type AppRow, manifestOf, requireApp, requireOwned } from './apps.ts'
import type { BundleFiles } from './bundles.ts'
import type { LocalContext } from './context.ts'
import { envNames, runFacts, usageOf } from './details.ts'
import { appInUse, goneWith, nameOf, notEnded, startError, startReason } from './instance-errors.ts'
import { listEvents } from './instance-events.ts'
import type { InstanceRow } from './instance-records.ts'
import * as records from './instance-records.ts'
import { isEnded } from './instance-state.ts'
import type { Launch } from './launch.ts'
import type { Observer } from './observe.ts'
import { detached } from './orphans.ts'
import { GUIDE_PORT, isFree } from './port.ts'
import type { SecretKeyring } from './secret-key.ts'
import type { Overrides, Secrets } from './secrets.ts'
import { cleanUp, cleanUpAll } from './sweep.ts'

/** Seconds an app has to end when it is asked to. */
const GRACE_SECONDS = 10

export interface RunInput {
  readonly appId: string
  readonly visibility: Visibility
  readonly env: Overrides
  readonly port?: number | undefined
  readonly engine?: EngineKind | undefined
  readonly ephemeral: boolean
  readonly replaces?: string | undefined
  /** It ends with this process. */
  readonly attached: boolean
}

interface Chosen {
  readonly engine: EngineKind
  readonly notices: readonly string[]
}

export interface InstanceParts {
  readonly context: LocalContext
  readonly bundles: BundleFiles
  readonly observer: Observer
  readonly launcher: Launch
  readonly secrets: Secrets
  readonly keyring: SecretKeyring
}

export function createInstances({ context, bundles, observer, launcher, secrets, keyring }: InstanceParts) {
  const { user } = context

  async function list({ all }: { all: boolean }, signal?: AbortSignal, maxAge = 0): Promise<Instance[]> {
    return observer.observeAll(records.listRows(await context.store(), user, all), maxAge, signal)
  }

  /** As `list`, of these only. */
  async function some(ids: readonly string[], signal?: AbortSignal, maxAge = 0): Promise<Instance[]> {
    return observer.observeAll(records.rowsOfIds(await context.store(), ids), maxAge, signal)
  }

  async function get({ id }: { id: string }, signal?: AbortSignal): Promise<Instance> {
    return observer.observe(records.requireRow(await context.store(), id, user), 0, signal)
  }

  async function choose(wanted: EngineKind | undefined, signal?: AbortSignal): Promise<Chosen> {
    const choice = wanted ?? (await context.engineChoice())
    const { engine, notices } = await chooseEngine(context.engines, choice, signal)
    return { engine: engine.kind, notices }
  }

  async function run(input: RunInput, signal?: AbortSignal): Promise<Instance> {
    const store = await context.store()
    const app = requireApp(store, input.appId, user)
    const env = await secrets.resolve(manifestOf(app), input.env)
    // It may want the port that one of a killed command still has.
    if (input.attached) await endDetached(signal)
    const before = input.replaces === undefined ? undefined : await replaceable(store, input.replaces, app)
    const chosen = await choose(input.engine, signal)
    if (before) return goOn(before, input, chosen, env, signal)
    const id = await record(store, input, chosen)
    const row = records.requireRow(store, id, user)
    try {
      await launcher.launch(row, env, signal)
    } catch (error) {
      // It never ran: there is nothing to show of it but the error.
      store.transaction(() => records.deleteRow(store, row))
      await cleanUp(context, observer, row)
      throw startError(error, app)
    }
    return get({ id })
  }

  /** Commits the record; what was given for its environment is kept encrypted, for the next start. */
  function record(store: Store, input: RunInput, chosen: Chosen) {
    return withOverrides(store, input, (open, overrides) => {
      requireApp(open, input.appId, user)
      return records.insertRow(open, {
        ...{ appId: input.appId, owner: user, visibility: input.visibility, ephemeral: input.ephemeral },
        ...{ ...chosen, overrides, wantedPort: wantedPortOf(input) },
        ...{ actor: thisProcess(), attached: attachedTo(input) },
        time: context.now()
      })
    })
  }

  /** Works in one transaction, with what was given for the environment encrypted. */
  async function withOverrides<T>(
    store: Store,
    input: RunInput,
    work: (open: Store, overrides: Uint8Array | null) => T
  ): Promise<T> {
    const given = Object.keys(input.env).length > 0 ? JSON.stringify(input.env) : undefined
    if (given === undefined) return store.transaction(() => work(store, null))
    return keyring.write((open, seal) => work(open, seal(given, OVERRIDES)))
  }

  async function replaceable(store: Store, id: string, app: AppRow): Promise<InstanceRow> {
    const row = await ownedRow(store, id)
    if (!row.ephemeral || !app.ephemeral || row.name !== app.name) {
      throw new AppError(
        'INVALID',
        t`The instance ${id} is not a local run of ${app.name}.`,
        t`Run it again.`
      )
    }
    if (!isEnded(row.state)) throw notEnded(row, t`The instance ${nameOf(row)} is still running.`)
    return row
  }

  /** The instance runs another app from now on. */
  async function goOn(
    before: InstanceRow,
    input: RunInput,
    chosen: Chosen,
    env: Readonly<Record<string, string>>,
    signal?: AbortSignal
  ): Promise<Instance> {
    const store = await context.store()
    const wantedPort = wantedPortOf(input)
    const taken = await withOverrides(store, input, (open, overrides) => {
      requireApp(open, input.appId, user)
      return records.takePlace(open, before, { appId: input.appId, overrides, wantedPort })
    })
    if (!taken) throw notEnded(before, t`The instance ${nameOf(before)} is running again.`)
    if (before.app_id !== input.appId) bundles.removeUnreferenced(store, before.sha256)
    return startRun(before, { ...chosen, attached: attachedTo(input) }, env, signal)
  }

  async function start({ id }: { id: string }, signal?: AbortSignal): Promise<Instance> {
    const store = await context.store()
    const before = await ownedRow(store, id)
    if (!isEnded(before.state)) throw notEnded(before, t`The instance ${nameOf(before)} is running already.`)
    const { env, chosen } = await nextRun(before, signal)
    return startRun(before, chosen, env, signal)
  }

  /** What the next run of an instance takes; rejects where it could not begin. */
  async function nextRun(before: InstanceRow, signal?: AbortSignal) {
    const env = await secrets.resolve(manifestOf(before), await overridesOf(before))
    return { env, chosen: await choose(before.engine, signal) }
  }

  /** Begins the next run of an ended instance. */
  async function startRun(
    before: InstanceRow,
    chosen: Chosen & { readonly attached?: Actor | undefined },
    env: Readonly<Record<string, string>>,
    signal?: AbortSignal
  ): Promise<Instance> {
    const { id } = before
    const store = await context.store()
    const { engine, notices, attached } = chosen
    const begin = { engine, notices, attached, actor: thisProcess(), time: context.now() }
    if (!records.beginRun(store, id, observer.runFolderOf(id), begin))
      throw notEnded(before, t`The instance ${nameOf(before)} is running already.`)
    const row = records.requireRow(store, id, user)
    try {
      await launcher.clear(row, before.engine, signal)
      await launcher.launch(row, env, signal)
    } catch (error) {
      records.keepSeen(store, row, {
        state: 'failed',
        reason: startReason(error),
        route: row.route,
        endedAt: context.now(),
        time: context.now()
      })
      throw startError(error, row)
    }
    return get({ id })
  }

  async function overridesOf({ overrides }: InstanceRow): Promise<Overrides> {
    if (overrides === null) return {}
    return JSON.parse(await keyring.open(overrides, OVERRIDES)) as Overrides
  }

  async function stop({ id }: { id: string }, signal?: AbortSignal): Promise<Instance> {
    const store = await context.store()
    const row = await ownedRow(store, id)
    if (isEnded(row.state) || !records.beginStop(store, row, thisProcess(), context.now())) {
      await endAlthoughEnded(row, signal)
      return get({ id })
    }
    try {
      await observer.engineOf(row).stop(id, observer.runFolderOf(id), GRACE_SECONDS, signal)
    } catch (error) {
      if (!(await isGone(row, error))) {
        records.giveUpStop(store, id)
        throw error
      }
      const [route, time] = [row.route, context.now()]
      const seen = { state: 'stopped', reason: goneWith(error), route, endedAt: time, time } as const
      records.keepSeen(store, { ...row, state: 'stopping' }, seen)
    }
    return get({ id })
  }

  /** What runs although its record says that it has ended. An engine that is not there runs nothing. */
  async function endAlthoughEnded(row: InstanceRow, signal?: AbortSignal): Promise<void> {
    try {
      await observer.engineOf(row).stop(row.id, observer.runFolderOf(row.id), GRACE_SECONDS, signal)
    } catch (error) {
      const cannotAsk = error instanceof AppError && error.code === 'UNAVAILABLE' && !error.data?.pids
      if (!cannotAsk) throw error
    }
  }

  /**
   * Its engine has gone for good, for all one can see, and the app with it. Should it be there after all, it is ended
   * when the engine is back, as whatever runs without a record that says so.
   */
  async function isGone({ port }: InstanceRow, error: unknown): Promise<boolean> {
    const isThere = !(error instanceof AppError) || error.data?.absent !== true
    return !isThere && (port === null || (await isFree(port)))
  }

  async function update({ id, visibility }: { id: string; visibility: Visibility }): Promise<Instance> {
    const store = await context.store()
    const row = records.requireRow(store, id, user)
    requireOwned(row, user)
    records.setVisibility(store, row, visibility, context.now())
    return get({ id })
  }

  async function restart({ id }: { id: string }, signal?: AbortSignal): Promise<Instance> {
    const store = await context.store()
    // What cannot start again is not stopped.
    const { env, chosen } = await nextRun(await ownedRow(store, id), signal)
    await stop({ id }, signal)
    return startRun(await ownedRow(store, id), chosen, env, signal)
  }

  async function events({ id }: { id: string }): Promise<InstanceEvent[]> {
    const store = await context.store()
    // A look first: what happened since the last one is an event, too.
    await observer.observe(records.requireRow(store, id, user))
    return listEvents(store, id)
  }

  async function remove({ id }: { id: string }): Promise<void> {
    const store = await context.store()
    const row = await ownedRow(store, id)
    if (!records.removeEnded(store, row)) {
      throw notEnded(row, t`The instance ${nameOf(row)} is running and cannot be removed.`)
    }
    if (row.ephemeral) bundles.removeUnreferenced(store, row.sha256)
    await cleanUp(context, observer, row)
  }

  /** Removes an app with its ended instances; CONFLICT with data.instances while others exist. */
  async function removeApp({ id }: { id: string }, signal?: AbortSignal): Promise<void> {
    const store = await context.store()
    const app = requireApp(store, id, user)
    requireOwned(app, user)
    await observer.observeAll(records.rowsOfApp(store, id))
    const removed = store.transaction(() => {
      const rows = records.rowsOfApp(store, id)
      const running = rows.filter(row => !isEnded(row.state)).map(row => row.id)
      if (running.length > 0) throw appInUse(app, running)
      for (const row of rows) records.deleteRow(store, row)
      store.run('DELETE FROM apps WHERE id = ?', id)
      return rows
    })
    bundles.removeUnreferenced(store, app.sha256)
    await cleanUpAll(context, observer, removed, signal)
  }

  /** Ends and removes those whose command was killed before it could. One that does not end keeps no other from it. */
  async function endDetached(signal?: AbortSignal): Promise<void> {
    for (const { id } of detached(await context.store(), user)) {
      signal?.throwIfAborted()
      await endAndRemove({ id }, signal).catch(() => undefined)
    }
  }

  async function endAndRemove({ id }: { id: string }, signal?: AbortSignal): Promise<void> {
    await stop({ id }, signal)
    await remove({ id })
  }

  async function ownedRow(store: Store, id: string): Promise<InstanceRow> {
    const row = records.requireRow(store, id, user)
    requireOwned(row, user)
    return (await observer.refresh(row)) ?? records.requireRow(store, id, user)
  }

  async function env({ id }: { id: string }): Promise<EnvName[]> {
    const row = records.requireRow(await context.store(), id, user)
    const given = row.owner === user ? Object.keys(await overridesOf(row)) : []
    return envNames(manifestOf(row), given)
  }

  async function facts({ id }: { id: string }): Promise<RunFacts | null> {
    return runFacts(observer.runFolderOf(records.requireRow(await context.store(), id, user).id))
  }

  async function usage({ ids }: { ids: string[] }, signal?: AbortSignal): Promise<InstanceUsage[]> {
    const wanted = new Set(ids)
    const rows = records.listRows(await context.store(), user, true).filter(({ id }) => wanted.has(id))
    return usageOf(
      context,
      rows.map(({ id }) => id),
      signal
    )
  }

  async function readLog(query: LogQuery, signal?: AbortSignal): Promise<LogPage> {
    const store = await context.store()
    records.requireRow(store, query.id, user)
    let endedAt: string | undefined
    const ended = async () => {
      const row = records.findRow(store, query.id)
      const seen = row && (await observer.observe(row, 500, signal))
      endedAt = seen?.endedAt
      return !seen || isEnded(seen.state)
    }
    const page = await readLogPage(observer.runFolderOf(query.id), query, ended, signal)
    return page.end && endedAt !== undefined ? { ...page, endedAt } : page
  }

  async function findLog(query: LogFindQuery, signal?: AbortSignal): Promise<LogMatches> {
    records.requireRow(await context.store(), query.id, user)
    const { findInLog } = await import('#core/log/find.ts')
    return findInLog(observer.runFolderOf(query.id), query, signal)
  }

  return {
    ...{ list, some, get, run, start, stop, restart, update, remove, removeApp },
    ...{ readLog, findLog, events, env, facts, usage, endDetached, endAndRemove }
  }
}

/** Where the environment given to an instance is kept, for its encryption. */
export const OVERRIDES = 'instance overrides'

const attachedTo = ({ attached }: RunInput) => (attached ? thisProcess() : undefined)

function wantedPortOf({ port, ephemeral }: RunInput): number | undefined {
  return port ?? (ephemeral ? GUIDE_PORT : undefined)
}
