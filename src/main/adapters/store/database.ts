/** The SQLite database of a state folder: shared by several processes, durable at each commit, migrated at open. */
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

/** All calls block until the data is on disk. Each takes well under a millisecond unless another process writes. */
export interface Store {
  all<Row>(sql: string, ...values: Value[]): Row[]
  get<Row>(sql: string, ...values: Value[]): Row | undefined
  /** Returns how many rows it changed. */
  run(sql: string, ...values: Value[]): number
  /** Holds the only write lock across all processes. Commits when `work` returns and rolls back when it throws. */
  transaction<T>(work: () => T): T
  /** A text that changes with every change of the data, by any process. */
  revision(): string
  /** Problems of the file, as messages; empty if there are none. Reads the whole file. */
  problems(): string[]
  /** Writes all committed data to a new file. */
  copyTo(file: string): void
  close(): void
}

export interface Schema {
  /** Steps from one version to the next: the first creates version 1. Never edit a released step. */
  readonly migrations: readonly string[]
}

/** Milliseconds for which opening is retried while another process sets the database up. */
const OPEN_TIMEOUT = 15_000

/**
 * Connections to damaged databases. They stay open: closing the last one would overwrite the file with what SQLite can
 * still read.
 */
const damaged = new Map<string, Connection>()

/**
 * Opens or creates the database. UNSUPPORTED if a newer version of q8s made it (nothing is changed then), FORBIDDEN if
 * the folder cannot be written, UNAVAILABLE if the disk is full, the file is damaged, or records are missing.
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

/**
 * Where a restore builds the new state folder. Once it is complete, the old folder is renamed, then this one takes its
 * place.
 */
export function restoringFolder(stateFolder: string): string {
  return `${stateFolder}.restoring`
}

/** A restore may have been killed between its two renames: no empty home may be created there. */
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
 * Whether another process has the database open. May copy what SQLite can read of the write-ahead log into the file:
 * keep a copy of a damaged log first.
 */
export async function isOpenElsewhere(file: string): Promise<boolean> {
  const { default: Database } = await import('libsql')
  const connection = new Database(file, { timeout: 0 })
  try {
    // Every open connection holds a shared lock that this one wants exclusively. No statement is prepared: it would
    // outlive the close.
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; ROLLBACK')
    return false
  } catch (error) {
    // For a damaged database this cannot be known. Hosts refuse to open it.
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
  // Only the guard checkpoints the log, because it records the file's checksums afterwards.
  connection.pragma('wal_autocheckpoint = 0')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  if (versionOf(connection) === schema.migrations.length) return
  connection.exec('BEGIN IMMEDIATE')
  try {
    refuseNewer(connection, schema)
    for (const step of schema.migrations.slice(versionOf(connection))) connection.exec(step)
    connection.exec(`PRAGMA user_version = ${schema.migrations.length}`)
    // Count the migration as a change, so that two different files never have the same number.
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
    // data_version only reports changes by other connections, so our own changes are counted here.
    revision: () => `${(dataVersion.get() as { data_version: number }).data_version}.${ownChanges}`,
    problems: guard.problems,
    copyTo: target => void connection.prepare('VACUUM INTO ?').run(target),
    close() {
      // Statements keep the files open until garbage collection, so SQLite may never run its own checkpoint at the last
      // close.
      guard.checkpoint()
      statements.clear()
      connection.close()
    }
  }
}
