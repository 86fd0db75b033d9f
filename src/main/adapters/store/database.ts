/** The SQLite database of a state folder: opened by several processes at once, durable at each commit, migrated at open. */
import { constants, existsSync } from 'node:fs'
import { access, copyFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database as Connection, Statement } from 'libsql'
import { fileError, makeFolder } from '#core/files/files.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { isBusy, isDamage, storeError } from './errors.ts'
import {
  BUSY_TIMEOUT,
  createGuard,
  type Guard,
  type OpenDatabase,
  readMarkOf,
  refuseDamaged
} from './guard.ts'
import { changesIn, logBytes } from './page-sums.ts'

export type Value = string | number | Uint8Array | null

/** All calls block until the data is on disk; each takes well under a millisecond unless another process writes. */
export interface Store {
  all<Row>(sql: string, ...values: Value[]): Row[]
  get<Row>(sql: string, ...values: Value[]): Row | undefined
  /** How many rows it changed. */
  run(sql: string, ...values: Value[]): number
  /** Holds the one write lock over all processes; commits when `work` returns and rolls back when it throws. */
  transaction<T>(work: () => T): T
  /** Another text after each change of the data, whoever made it. */
  revision(): string
  /** What is wrong with the file, in words; empty where nothing is. Reads all of it. */
  problems(): string[]
  /** Moves what was committed into the file itself first, unless other processes are at work. */
  /** Writes all that is committed to a new file. */
  copyTo(file: string): void
  close(): void
}

export interface Schema {
  /** Steps from one version to the next: the first makes version 1. Never edit a step that was released. */
  readonly migrations: readonly string[]
}

/** Milliseconds opening is tried again while another process sets the database up. */
const OPEN_TIMEOUT = 15_000

/** Connections to damaged databases: closing the last one would write what SQLite can still read over the rest. */
const damaged = new Map<string, Connection>()

/**
 * Opens or makes the database. UNSUPPORTED when a newer version of q8s made it (nothing is touched then), FORBIDDEN
 * when the folder cannot be written, UNAVAILABLE when the disk is full, the file is damaged, or records it had are gone.
 */
export async function openStore(file: string, schema: Schema): Promise<Store> {
  refuseHalfRestored(file)
  await makeStateFolder(dirname(file))
  const { default: Database } = await import('libsql')
  const open: OpenDatabase = url => new Database(url, { timeout: BUSY_TIMEOUT })
  const deadline = performance.now() + OPEN_TIMEOUT
  for (;;) {
    let connection: Connection | undefined
    try {
      const mark = readMarkOf(file)
      connection = open(file)
      refuseNewer(connection, schema)
      refuseDamaged(connection, file, mark, open)
      prepare(connection, schema)
      const guard = createGuard(connection, file, mark, open)
      guard.committed()
      return storeOf(connection, guard)
    } catch (thrown) {
      const error = storeError(thrown, file)
      if (connection && isDamage(error) && !damaged.has(file)) damaged.set(file, connection)
      else connection?.close()
      if (!isBusy(thrown) || performance.now() > deadline) throw error
    }
    await delay(20 + Math.random() * 80)
  }
}

/** Where a restore makes the new state folder. Once it is whole, the old one is renamed, then this one is. */
export function restoringFolder(stateFolder: string): string {
  return `${stateFolder}.restoring`
}

/** An empty home must not begin between the two renames of a restore that was killed there. */
function refuseHalfRestored(file: string): void {
  const staged = restoringFolder(dirname(file))
  if (existsSync(file) || !existsSync(staged)) return
  throw new AppError(
    'UNAVAILABLE',
    t`A backup was being restored here, and did not end.`,
    t`Restore it again: q8s-cli restore FILE. Or delete ${staged} to begin with an empty home.`
  )
}

/** Keeps a copy of the write-ahead log of a database that may be damaged. */
export async function keepLog(file: string): Promise<void> {
  if (logBytes(file) > 0) await copyFile(`${file}-wal`, `${file}-wal.copy`)
}

/**
 * Whether another process has the database open. May move what SQLite can read of the write-ahead log into the file: keep a copy
 * of a damaged one first.
 */
export async function isOpenElsewhere(file: string): Promise<boolean> {
  const { default: Database } = await import('libsql')
  const connection = new Database(file, { timeout: 0 })
  try {
    // Every open connection shares a lock that this one wants alone. No statement is prepared: it would outlive the close.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; ROLLBACK')
    return false
  } catch (error) {
    // Of one that is damaged nobody can say; hosts refuse to open it.
    return isBusy(error)
  } finally {
    connection.close()
  }
}

async function makeStateFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder, 0o700)
    await access(folder, constants.R_OK | constants.W_OK)
  } catch (error) {
    const inTheWay = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw fileError(inTheWay ? { code: 'ENOTDIR' } : error, t`The state folder ${folder} cannot be used`)
  }
}

function prepare(connection: Connection, schema: Schema): void {
  connection.pragma('journal_mode = WAL')
  // Only the guard moves the log into the file: it notes what the file is then.
  connection.pragma('wal_autocheckpoint = 0')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  if (versionOf(connection) === schema.migrations.length) return
  connection.exec('BEGIN IMMEDIATE')
  try {
    refuseNewer(connection, schema)
    for (const step of schema.migrations.slice(versionOf(connection))) connection.exec(step)
    connection.exec(`PRAGMA user_version = ${schema.migrations.length}`)
    // So that the file is never another one with the same number.
    if (changesIn(connection) !== undefined) connection.exec('UPDATE changes SET n = n + 1')
    connection.exec('COMMIT')
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK')
    throw error
  }
}

function refuseNewer(connection: Connection, schema: Schema): void {
  const version = versionOf(connection)
  if (version <= schema.migrations.length) return
  throw new AppError(
    'UNSUPPORTED',
    t`The state folder was written by a newer version of q8s (format ${version}, this one knows
      ${schema.migrations.length}).`,
    t`Update q8s, or set Q8S_HOME to another folder.`
  )
}

function versionOf(connection: Connection): number {
  return (connection.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}

function storeOf(connection: Connection, guard: Guard): Store {
  const statements = new Map<string, Statement>()
  const dataVersion = connection.prepare('PRAGMA data_version')
  let ownChanges = 0
  function statement(sql: string): Statement {
    let prepared = statements.get(sql)
    if (!prepared) {
      prepared = connection.prepare(sql)
      statements.set(sql, prepared)
    }
    return prepared
  }
  return {
    all: <Row>(sql: string, ...values: Value[]) => statement(sql).all(...values) as Row[],
    get: <Row>(sql: string, ...values: Value[]) => statement(sql).get(...values) as Row | undefined,
    run(sql, ...values) {
      const { changes } = statement(sql).run(...values)
      if (changes > 0) ownChanges++
      if (changes > 0 && !connection.inTransaction) guard.committed()
      return changes
    },
    transaction(work) {
      connection.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        connection.exec('COMMIT')
        guard.committed()
        return result
      } catch (error) {
        if (connection.inTransaction) connection.exec('ROLLBACK')
        throw error
      }
    },
    // data_version tells of other connections only; our own changes are counted here.
    revision: () => `${(dataVersion.get() as { data_version: number }).data_version}.${ownChanges}`,
    problems: guard.problems,
    copyTo: target => void connection.prepare('VACUUM INTO ?').run(target),
    close() {
      // Statements keep the files open until they are collected, so SQLite's own checkpoint at the last close may never come.
      guard.checkpoint()
      statements.clear()
      connection.close()
    }
  }
}
