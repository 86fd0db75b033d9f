/** Observes instances: combines record, launcher state and engine, and stores changes in the record. */
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { mapBounded } from '#core/async/queue.ts'
import { titleOf } from '#core/platform/app.ts'
import { EngineUnavailable } from '#core/platform/engine-errors.ts'
import { type Derived, deriveState, type Evidence } from '#core/platform/state.ts'
import type { Engine } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import type { EngineKind, Instance, Reason } from '#shared/instance.ts'
import { isEnded } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { parseQuantity } from '#shared/quantity.ts'
import { type Actor, isAlive, isWithin } from '../../home/actor.ts'
import { readLauncherState } from '../../launcher-files.ts'
import { storeError } from '../../store/errors.ts'
import { timeOf } from '../../told-time.ts'
import { manifestOf } from '../app-records.ts'
import type { LocalContext } from '../context.ts'
import { findRow, type InstanceRow, keepSeen } from './records.ts'

/** Milliseconds in which a launcher may still start after the process that started it was killed. */
const LATE_START = 10_000
/** Milliseconds a launcher may keep running after it reported that it ended. */
const LAST_MOMENTS = 1_000
/** Milliseconds for which a watch skips an engine that did not answer, so that other engines are still shown. */
const SILENCE = 15_000

export function createObserver(context: LocalContext) {
  const asked = new Map<
    string,
    { readonly run: number; readonly at: number; readonly status: Evidence['engine'] }
  >()
  /** Engines that did not answer, and when. Callers that asked before that time do not need to wait too. */
  const silent = new Map<EngineKind, { readonly at: number; readonly status: Evidence['engine'] }>()

  /** Runs that reported their end but kept running, by instance. */
  const doubted = new Map<string, number>()

  function engineOf(row: Pick<InstanceRow, 'engine'>): Engine {
    const engine = context.engines.find(({ kind }) => kind === row.engine)
    if (engine) return engine
    throw new AppError('UNAVAILABLE', t`The ${row.engine} engine is not part of this host.`)
  }

  const runFolderOf = (id: string) => join(context.folders.runs, id)

  /** `maxAge`: how old an engine's earlier answer may be, in milliseconds. `since`: when this round of checks began. */
  async function observe(
    row: InstanceRow,
    maxAge = 0,
    signal?: AbortSignal,
    since = performance.now()
  ): Promise<Instance> {
    if (isEnded(row)) {
      asked.delete(row.id)
      doubted.delete(row.id)
      return toInstance(
        row,
        { state: row.state, reason: parsed<Reason>(row.reason), route: row.route },
        false
      )
    }
    const folder = runFolderOf(row.id)
    const before = await readLauncherState(folder)
    const engine =
      before?.phase === 'ended'
        ? await untilGone(row, since, signal)
        : await askEngine(row, { since, maxAge }, signal)
    // If it ended during the checks, its state says so now.
    const launcher = engine.kind === 'running' ? before : ((await readLauncherState(folder)) ?? before)
    const derived = deriveState({ record: recordOf(row), actor: actorState(row), launcher, engine })
    const seen = { ...row, ...(await keepNews(row, derived, folder, launcher?.readyAt)) }
    return toInstance(seen, derived, hasShell(row, derived))
  }

  /** Whether its owner can open a shell. */
  function hasShell({ engine }: InstanceRow, { state, phase }: Derived): boolean {
    const runs = state === 'ready' || (state === 'starting' && phase !== 'waiting')
    const opens = context.engines.some(({ kind, openShell }) => kind === engine && openShell)
    return runs && opens
  }

  async function askEngine(
    row: InstanceRow,
    { since, maxAge }: { readonly since: number; readonly maxAge: number },
    signal?: AbortSignal
  ): Promise<Evidence['engine']> {
    const last = asked.get(row.id)
    // Only a running or unknown status is reused: an absent instance may have started since, and would be taken for
    // dead.
    const lasts = last?.status.kind === 'running' || last?.status.kind === 'unknown'
    if (last && lasts && last.run === row.run && last.at > since - maxAge) return last.status
    const silence = silent.get(row.engine)
    if (silence && silence.at > since - (maxAge > 0 ? SILENCE : 0)) return silence.status
    const status = await engineStatus(row, signal)
    asked.set(row.id, { run: row.run, at: performance.now(), status })
    return status
  }

  /**
   * A launcher that reports its end is gone a moment later. Waits only once per run, because an app can also write that
   * report.
   */
  async function untilGone(
    row: InstanceRow,
    since: number,
    signal?: AbortSignal
  ): Promise<Evidence['engine']> {
    const end = performance.now() + LAST_MOMENTS
    let status = await askEngine(row, { since, maxAge: 0 }, signal)
    while (status.kind === 'running' && doubted.get(row.id) !== row.run) {
      if (performance.now() > end) doubted.set(row.id, row.run)
      await delay(20, undefined, signal ? { signal } : {})
      status = await askEngine(row, { since: performance.now(), maxAge: 0 }, signal)
    }
    return status
  }

  async function engineStatus(row: InstanceRow, signal?: AbortSignal): Promise<Evidence['engine']> {
    try {
      const status = await engineOf(row).status(row.id, runFolderOf(row.id), signal)
      silent.delete(row.engine)
      return status
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw error
      const status = { kind: 'unknown', why: error.message } as const
      if (error instanceof EngineUnavailable && error.trouble === 'silent')
        silent.set(row.engine, { at: performance.now(), status })
      return status
    }
  }

  async function keepNews(row: InstanceRow, derived: Derived, folder: string, ready: number | undefined) {
    const { state, reason, route, phase } = derived
    const isNews = isEnded(derived) || (state !== row.state && phase !== 'waiting') || route !== row.route
    // While a process starts or stops the instance, only its end is news.
    if (!isNews || (!isEnded(derived) && actorState(row) === 'alive')) return undefined
    const time = context.now()
    const endedAt = isEnded(derived) ? await endOf(folder, time) : undefined
    const readyAt = ready === undefined ? undefined : timeOf(ready * 1000)
    const store = await context.store()
    try {
      keepSeen(store, row, { state, reason, route, endedAt, readyAt, time })
    } catch (error) {
      // For example, the disk is full: the result is still correct, even if it cannot be recorded until the next check.
      if (!(storeError(error, context.folders.state) instanceof AppError)) throw error
    }
    return { state, route, ended_at: endedAt ?? null }
  }

  return {
    engineOf,
    runFolderOf,
    observe,
    /** The current state of every row, in the same order. */
    observeAll(rows: readonly InstanceRow[], maxAge = 0, signal?: AbortSignal): Promise<Instance[]> {
      const since = performance.now()
      return mapBounded(rows, 8, row => observe(row, maxAge, signal, since))
    },
    /** Observes the instance, then returns its row from the database. */
    async refresh(row: InstanceRow): Promise<InstanceRow | undefined> {
      await observe(row)
      return findRow(await context.store(), row.id)
    }
  }
}

export type Observer = ReturnType<typeof createObserver>

function actorState({ actor }: InstanceRow): Evidence['actor'] {
  const it = parsed<Actor>(actor)
  if (!it) return 'none'
  return isAlive(it) || isWithin(it, LATE_START) ? 'alive' : 'gone'
}

/** When the launcher last wrote its state, else now. */
async function endOf(folder: string, now: string): Promise<string> {
  const written = await lstat(join(folder, 'state.json')).catch(() => undefined)
  return (written && timeOf(written.mtimeMs)) ?? now
}

function recordOf({ state, reason, route }: InstanceRow): Evidence['record'] {
  return { state, route, reason: parsed<Reason>(reason) }
}

function toInstance(row: InstanceRow, derived: Derived, shell: boolean): Instance {
  const manifest = manifestOf(row)
  const { state, phase, percent, reason, route, memoryUsed, engineGone } = derived
  const limit = manifest.Runtime.MemoryLimit && parseQuantity(manifest.Runtime.MemoryLimit)
  const notices = parsed<string[]>(row.notices) ?? []
  return {
    id: row.id,
    app: { id: row.app_id, name: row.name, version: row.version, title: titleOf(manifest) },
    owner: row.owner,
    visibility: row.visibility,
    state,
    ...(phase === undefined ? {} : { phase }),
    ...(percent === undefined ? {} : { percent: Math.min(100, Math.max(0, percent)) }),
    ...(reason === undefined ? {} : { reason }),
    url:
      row.port === null ? '' : `http://localhost:${row.port}${route.startsWith('/') ? route : `/${route}`}`,
    createdAt: row.created_at,
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    restarts: row.run - 1,
    engine: row.engine,
    ...(engineGone === undefined ? {} : { engineGone }),
    memory: {
      ...(memoryUsed === undefined ? {} : { used: memoryUsed }),
      ...(typeof limit === 'number' ? { limit } : {})
    },
    shell,
    ephemeral: row.ephemeral === 1,
    notices:
      engineGone === undefined
        ? notices
        : [...notices, t`${engineGone} What is shown is the last that was known.`]
  }
}

function parsed<T>(text: string | null): T | undefined {
  return text === null ? undefined : (JSON.parse(text) as T)
}
