/** The SQLite database of a state folder: opened by several processes at once, durable at each commit, migrated at open. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database as Connection, Statement } from 'libsql'
import { fileError, makeFolder } from '#core/files.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { isBusy, storeError } from './errors.ts'

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
  close(): void
}

export interface Schema {
  /** Steps from one version to the next: the first makes version 1. Never edit a step that was released. */
  readonly migrations: readonly string[]
}

/** Milliseconds a call waits for another process to end its transaction. */
const BUSY_TIMEOUT = 5_000
/** Milliseconds opening is tried again while another process sets the database up. */
const OPEN_TIMEOUT = 15_000

/**
 * Opens or makes the database. UNSUPPORTED when a newer version of q8s made it (nothing is touched then), FORBIDDEN
 * when the folder cannot be written, UNAVAILABLE when the disk is full or the file is damaged.
 */
export async function openStore(file: string, schema: Schema): Promise<Store> {
  await makeStateFolder(dirname(file))
  const { default: Database } = await import('libsql')
  const deadline = performance.now() + OPEN_TIMEOUT
  for (;;) {
    let connection: Connection | undefined
    try {
      connection = new Database(file, { timeout: BUSY_TIMEOUT })
      prepare(connection, schema)
      return storeOf(connection)
    } catch (error) {
      connection?.close()
      if (!isBusy(error) || performance.now() > deadline) throw storeError(error, file)
    }
    await delay(20 + Math.random() * 80)
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
  refuseNewer(connection, schema)
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  if (versionOf(connection) === schema.migrations.length) return
  connection.exec('BEGIN IMMEDIATE')
  try {
    refuseNewer(connection, schema)
    for (const step of schema.migrations.slice(versionOf(connection))) connection.exec(step)
    connection.exec(`PRAGMA user_version = ${schema.migrations.length}`)
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

function storeOf(connection: Connection): Store {
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
      return changes
    },
    transaction(work) {
      connection.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        connection.exec('COMMIT')
        return result
      } catch (error) {
        if (connection.inTransaction) connection.exec('ROLLBACK')
        throw error
      }
    },
    // data_version tells of other connections only; our own changes are counted here.
    revision: () => `${(dataVersion.get() as { data_version: number }).data_version}.${ownChanges}`,
    close() {
      // Statements keep the files open until they are collected.
      statements.clear()
      connection.close()
    }
  }
}
