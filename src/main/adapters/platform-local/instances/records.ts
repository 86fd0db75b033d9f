/** The rows of instances: reads them, and changes their state, each time in one transaction. */
import { randomUUID } from 'node:crypto'
import { maySee } from '#core/platform/visibility.ts'
import type { Visibility } from '#shared/app.ts'
import { AppError } from '#shared/errors.ts'
import type { EngineKind, InstanceState, Reason } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import type { Actor } from '../../home/actor.ts'
import type { Store } from '../../store/database.ts'
import { forgetEvents, noteEvent } from './events.ts'
import { discardState } from './run-folders.ts'

export interface InstanceRow {
  readonly seq: number
  readonly id: string
  readonly app_id: string
  readonly owner: string
  readonly visibility: Visibility
  readonly ephemeral: number
  readonly engine: EngineKind
  readonly wanted_port: number | null
  readonly port: number | null
  /** Encrypted JSON of the environment given at `run`. */
  readonly overrides: Uint8Array | null
  /** Counts starts, from 1. */
  readonly run: number
  /** The last observed state. For the current state see `observe`. */
  readonly state: InstanceState
  readonly actor: string | null
  /** The process that the instance ends with, as JSON of an Actor. Null if it outlives the process that started it. */
  readonly attached: string | null
  readonly route: string
  readonly reason: string | null
  readonly notices: string
  readonly created_at: string
  readonly started_at: string
  readonly ended_at: string | null
  /** The app's name. */
  readonly name: string
  readonly version: string
  readonly manifest: string
  readonly sha256: string
}

/** Whether a text from outside can be an instance ID, and so part of a path. */
export function isInstanceId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

const SELECT = `SELECT i.*, a.name, a.version, a.manifest, a.sha256
  FROM instances i JOIN apps a ON a.id = i.app_id`
const ACTIVE = `state IN ('starting', 'ready', 'stopping')`

export function listRows(store: Store, user: string, all: boolean): InstanceRow[] {
  return store.all(
    `${SELECT} WHERE i.owner = ? OR (? AND i.visibility = 'ALL_USERS') ORDER BY i.seq DESC`,
    user,
    Number(all)
  )
}

export function rowsOfIds(store: Store, ids: readonly string[]): InstanceRow[] {
  return ids.flatMap(id => findRow(store, id) ?? [])
}

export function rowsOfApp(store: Store, appId: string): InstanceRow[] {
  return store.all(`${SELECT} WHERE i.app_id = ? ORDER BY i.seq DESC`, appId)
}

/** Instances that have not ended and should end with a process. */
export function attachedRows(store: Store): InstanceRow[] {
  return store.all(`${SELECT} WHERE i.attached IS NOT NULL AND i.${ACTIVE}`)
}

export function findRow(store: Store, id: string): InstanceRow | undefined {
  return store.get(`${SELECT} WHERE i.id = ?`, id)
}

/** NOT_FOUND if it does not exist or the user may not see it. */
export function requireRow(store: Store, id: string, user: string): InstanceRow {
  const row = findRow(store, id)
  if (row && maySee(row, user)) return row
  throw new AppError('NOT_FOUND', t`There is no instance ${id}.`, t`See what there is: q8s-cli instance list`)
}

export interface NewInstance {
  readonly appId: string
  readonly owner: string
  readonly visibility: Visibility
  readonly ephemeral: boolean
  readonly engine: EngineKind
  readonly wantedPort: number | undefined
  readonly overrides: Uint8Array | null
  readonly notices: readonly string[]
  readonly actor: Actor
  readonly attached: Actor | undefined
  readonly time: string
}

/** Call this inside a transaction. */
export function insertRow(store: Store, it: NewInstance): string {
  const id = randomUUID()
  store.run(
    `INSERT INTO instances (id, app_id, owner, visibility, ephemeral, engine, wanted_port, overrides, run, state,
       actor, attached, route, notices, created_at, started_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 'starting', ?, ?, '/', ?, ?, ?)`,
    ...[id, it.appId, it.owner, it.visibility, Number(it.ephemeral), it.engine, it.wantedPort ?? null],
    ...[it.overrides, JSON.stringify(it.actor), textOf(it.attached), JSON.stringify(it.notices)],
    ...[it.time, it.time]
  )
  noteEvent(store, { instanceId: id, run: 1, time: it.time, kind: 'starting', message: begun(it.engine) })
  return id
}

const textOf = (actor: Actor | undefined) => (actor === undefined ? null : JSON.stringify(actor))

function begun(engine: EngineKind): string {
  return engine === 'docker' ? t`It was started, with Docker.` : t`It was started, as a plain process.`
}

/** Reserves a port for an instance, unless another instance that has not ended has it. */
export function reservePort(store: Store, id: string, port: number): boolean {
  return store.transaction(() => {
    const sql = `SELECT 1 AS taken FROM instances WHERE port = ? AND id <> ? AND ${ACTIVE} LIMIT 1`
    if (store.get(sql, port, id)) return false
    return store.run('UPDATE instances SET port = ? WHERE id = ?', port, id) === 1
  })
}

export function setNotices(store: Store, id: string, notices: readonly string[]): void {
  store.run('UPDATE instances SET notices = ? WHERE id = ?', JSON.stringify(notices), id)
}

/** Begins the next run of an ended instance. False if it has not ended, or has started again. */
export function beginRun(
  store: Store,
  id: string,
  runFolder: string,
  begin: {
    readonly actor: Actor
    readonly attached: Actor | undefined
    readonly engine: EngineKind
    readonly notices: readonly string[]
    readonly time: string
  }
): boolean {
  return store.transaction(() => {
    const changes = store.run(
      `UPDATE instances SET state = 'starting', run = run + 1, actor = ?, attached = ?, engine = ?, notices = ?, started_at = ?,
         ended_at = NULL, reason = NULL WHERE id = ? AND state IN ('stopped', 'failed')`,
      ...[JSON.stringify(begin.actor), textOf(begin.attached), begin.engine, JSON.stringify(begin.notices)],
      ...[begin.time, id]
    )
    // Under the write lock, so that no process takes the last run's state for this run's.
    if (changes !== 1) return false
    discardState(runFolder)
    const { run } = store.get<{ run: number }>('SELECT run FROM instances WHERE id = ?', id) ?? { run: 1 }
    const { time, engine } = begin
    noteEvent(store, { instanceId: id, run, time, kind: 'starting', message: begun(engine) })
    return true
  })
}

/**
 * Gives an ended ephemeral instance another app, for its next run, and removes the previous app. Keeps the port if the
 * wanted port is the same. Call this inside a transaction. False if the instance has not ended, or has started again.
 */
export function takePlace(
  store: Store,
  row: InstanceRow,
  next: Pick<NewInstance, 'appId' | 'overrides' | 'wantedPort'>
): boolean {
  const { appId, overrides, wantedPort = null } = next
  const changes = store.run(
    `UPDATE instances SET app_id = ?, overrides = ?, wanted_port = ?, port = CASE WHEN ? THEN port END
     WHERE id = ? AND ephemeral = 1 AND state IN ('stopped', 'failed')`,
    ...[appId, overrides, wantedPort, Number(wantedPort === row.wanted_port), row.id]
  )
  if (changes === 1) deleteEphemeralApp(store, row.app_id)
  return changes === 1
}

/** Called when the engine has started it. False if it was stopped or removed during the launch. */
export function endLaunch(store: Store, { id, run }: InstanceRow): boolean {
  return store.transaction(() => {
    store.run(`UPDATE instances SET actor = NULL WHERE id = ? AND run = ? AND state = 'starting'`, id, run)
    const now = findRow(store, id)
    return now !== undefined && now.run === run && now.state !== 'stopping' && now.state !== 'stopped'
  })
}

/** False if it has already ended. */
export function beginStop(store: Store, row: InstanceRow, actor: Actor, time: string): boolean {
  return store.transaction(() => {
    const sql = `UPDATE instances SET state = 'stopping', actor = ? WHERE id = ? AND ${ACTIVE}`
    if (store.run(sql, JSON.stringify(actor), row.id) !== 1) return false
    const { id: instanceId, run } = row
    noteEvent(store, { instanceId, run, time, kind: 'stopping', message: t`It was asked to stop.` })
    return true
  })
}

/** Changes who may see the instance. */
export function setVisibility(store: Store, row: InstanceRow, visibility: Visibility, time: string): void {
  if (row.visibility === visibility) return
  const message = visibility === 'PRIVATE' ? t`Only its owner sees it now.` : t`All users see it now.`
  store.transaction(() => {
    store.run('UPDATE instances SET visibility = ? WHERE id = ?', visibility, row.id)
    noteEvent(store, { instanceId: row.id, run: row.run, time, kind: 'visibility', message })
  })
}

/** Called when the stop failed: the instance shows its real state again. */
export function giveUpStop(store: Store, id: string): void {
  store.run(`UPDATE instances SET actor = NULL WHERE id = ? AND state = 'stopping'`, id)
}

export interface Seen {
  readonly state: InstanceState
  readonly reason?: Reason | undefined
  readonly route: string
  readonly endedAt?: string | undefined
  /** When this run first became ready, as the launcher reported it: no process may have observed it then. */
  readonly readyAt?: string | undefined
  /** When it was observed. */
  readonly time: string
}

/** Stores what was observed of a run, unless another process has changed its state since `row` was read. */
export function keepSeen(store: Store, row: InstanceRow, seen: Seen): void {
  const { state, reason, route, endedAt } = seen
  store.transaction(() => {
    const kept = store.run(
      `UPDATE instances SET state = ?, reason = ?, route = ?, ended_at = ?, actor = NULL
       WHERE id = ? AND run = ? AND state = ?`,
      ...[state, reason ? JSON.stringify(reason) : null, route, endedAt ?? null, row.id, row.run, row.state]
    )
    if (kept === 1 && state !== row.state) noteSeen(store, row, seen)
  })
}

function noteSeen(store: Store, row: InstanceRow, { state, reason, endedAt, readyAt, time }: Seen): void {
  const event = { instanceId: row.id, run: row.run }
  const unseen = row.state === 'starting' && state !== 'ready' && readyAt !== undefined
  if (unseen) noteEvent(store, { ...event, kind: 'ready', message: words().ready, time: readyAt })
  const told = state === 'ready' && row.state === 'starting' ? (readyAt ?? time) : (endedAt ?? time)
  const message = reason?.message ?? words()[state]
  noteEvent(store, { ...event, kind: state, message, time: told, ...(reason ? { reason } : {}) })
}

const words = (): Readonly<Record<InstanceState, string>> => ({
  starting: t`It is no longer reachable, and is starting again.`,
  ready: t`It is ready.`,
  stopping: t`It is stopping.`,
  stopped: t`It was stopped.`,
  failed: t`It failed.`
})

/** Deletes the row in the current transaction. Records the instance's remains until they are cleaned up. */
export function deleteRow(store: Store, { id, engine }: Pick<InstanceRow, 'id' | 'engine'>): void {
  store.run('INSERT OR REPLACE INTO leftovers (id, engine) VALUES (?, ?)', id, engine)
  forgetEvents(store, id)
  store.run('DELETE FROM instances WHERE id = ?', id)
}

export interface Leftover {
  readonly id: string
  readonly engine: EngineKind
}

export function listLeftovers(store: Store): Leftover[] {
  return store.all('SELECT id, engine FROM leftovers')
}

export function forgetLeftover(store: Store, id: string): void {
  store.run('DELETE FROM leftovers WHERE id = ?', id)
}

/** Deletes the row, and its app if that was made for it. False if it runs. */
export function removeEnded(store: Store, row: InstanceRow): boolean {
  return store.transaction(() => {
    if (store.get(`SELECT 1 AS active FROM instances WHERE id = ? AND ${ACTIVE}`, row.id)) return false
    deleteRow(store, row)
    if (row.ephemeral) deleteEphemeralApp(store, row.app_id)
    return true
  })
}

function deleteEphemeralApp(store: Store, appId: string): void {
  const sql = `DELETE FROM apps WHERE id = ? AND ephemeral = 1
    AND NOT EXISTS (SELECT 1 FROM instances WHERE app_id = apps.id)`
  store.run(sql, appId)
}
