/**
 * Detects damage: a database that lost records, or that was changed by anything but SQLite, is refused at open. The
 * mark is written after each commit, the page sums after each checkpoint. Both may lag after a kill, which refuses
 * nothing.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import type { Database as Connection } from 'libsql'
import { asideName } from '#core/files/damaged.ts'
import { plural, t } from '#shared/language.ts'
import { damagedError, isDamage, storeError } from './errors.ts'
import { type Mark, markFile, readMark, writeMark } from './mark.ts'
import { changedPages, changesIn, logBytes, readSums, sumPages, sumsFile, writeSums } from './page-sums.ts'

export type OpenDatabase = (url: string) => Connection

/**
 * A commit triggers a checkpoint when the write-ahead log has more bytes than this, or after this many milliseconds.
 */
const LOG_BYTES = 1024 * 1024
const LOG_AGE = 10 * 60_000
/** How often the mark is rewritten if another process commits at the same time. */
const MARK_TRIES = 5
/** How often a file that cannot be read is read again, and the milliseconds between two tries. */
const READ_TRIES = 5
const READ_PAUSE = 20

/** Call this before anything is written. UNAVAILABLE if the database lost records or is damaged. */
export function refuseDamaged(connection: Connection, file: string, mark: Mark, open: OpenDatabase): void {
  const changes = changesIn(connection) ?? 0
  if (typeof mark === 'number' && changes < mark) throw lostError(file, mark - changes)
  // Without a mark the sums mean nothing: a user deletes the mark to continue with an older copy.
  if (mark === undefined) {
    const [problem] = checkStructure(connection)
    if (problem !== undefined) throw damagedError(file, problem)
    return
  }
  const [problem] = problemsIn(connection, file, open)
  if (problem !== undefined) throw damagedError(file, problem, wayOut(file))
}

/**
 * UNAVAILABLE if there was a database and it is gone: an empty one must not replace it. Sets a damaged mark or damaged
 * sums aside. Without a mark it deletes the sums, which may be those of another copy.
 */
export function readMarkOf(file: string): Mark {
  const mark = readMark(file)
  if (mark !== undefined && !existsSync(file)) throw lostError(file)
  if (mark === 'damaged') setAside(markFile(file))
  if (mark === undefined) rmSync(sumsFile(file), { force: true })
  else if (readSums(file) === 'damaged') setAside(sumsFile(file))
  return mark
}

/** Problems of the database, as messages; empty if there are none. With `thorough` its structure is always checked. */
export function problemsIn(
  connection: Connection,
  file: string,
  open: OpenDatabase,
  thorough = false
): string[] {
  const changed = changedNow(connection, file, open)
  if (changed && changed.length > 0) {
    const pages = plural(changed.length, 'page')
    return [t`Changed on the disk since q8s wrote it: ${pages} of the file.`]
  }
  return changed === undefined || thorough ? checkStructure(connection) : []
}

/** Undefined if it cannot be known: no sums were written since the last checkpoint. */
function changedSince(file: string, open: OpenDatabase): number[] | undefined {
  const then = readSums(file)
  return then === undefined || then === 'damaged' ? undefined : changedPages(file, then, sumPages(file, open))
}

/**
 * As `changedSince`, sure of what it says. While another process copies its log into the file, the file is partly old and
 * partly new, and may not even be readable. Under the write lock no process begins to copy; one that has begun ends soon.
 */
function changedNow(connection: Connection, file: string, open: OpenDatabase): number[] | undefined {
  try {
    const changed = changedSince(file, open)
    if (changed === undefined || changed.length === 0) return changed
  } catch (error) {
    if (!isDamage(storeError(error, file))) throw error
  }
  for (let tries = 1; ; tries++) {
    try {
      return locked(connection, () => changedSince(file, open))
    } catch (error) {
      if (tries === READ_TRIES || !isDamage(storeError(error, file))) throw error
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, READ_PAUSE)
  }
}

function checkStructure(connection: Connection): string[] {
  const rows = connection.pragma('integrity_check(10)') as { integrity_check: string }[]
  return rows.map(row => row.integrity_check).filter(text => text !== 'ok')
}

function locked<T>(connection: Connection, work: () => T): T {
  connection.exec('BEGIN IMMEDIATE')
  try {
    return work()
  } finally {
    connection.exec('ROLLBACK')
  }
}

export interface Guard {
  /** Call this after each commit, and once after opening. */
  committed(): void
  /** Moves the write-ahead log into the database's file, unless other processes are using it or the file is damaged. */
  checkpoint(): void
  problems(): string[]
}

/** `mark` is the mark read at open. A schema that does not count its changes only has checkpoints. */
export function createGuard(connection: Connection, file: string, mark: Mark, open: OpenDatabase): Guard {
  const counts = changesIn(connection) !== undefined
  let marked = mark
  let lastCheckpoint = performance.now()

  function writeMarkOfNow(): void {
    // If two processes commit at once, the older number may be written last: so each checks again.
    for (let tries = 0; tries < MARK_TRIES; tries++) {
      const now = changesIn(connection)
      if (now === undefined || now === marked) return
      writeMark(file, now)
      marked = now
    }
  }

  function checkpoint(): void {
    lastCheckpoint = performance.now()
    if (logBytes(file) === 0 && (!counts || readSums(file) !== undefined)) return
    // New sums would hide the damage. Without them the next open reports it.
    if (problemsIn(connection, file, open).length > 0) return
    connection.pragma('busy_timeout = 0')
    try {
      connection.pragma('wal_checkpoint(TRUNCATE)')
      locked(connection, () => {
        // If the log is not empty, another process has committed since and will run its own checkpoint.
        if (counts && logBytes(file) === 0) writeSums(file, sumPages(file, open))
      })
    } finally {
      connection.pragma(`busy_timeout = ${BUSY_TIMEOUT}`)
    }
  }

  const isDue = () => logBytes(file) > LOG_BYTES || performance.now() - lastCheckpoint > LOG_AGE

  return {
    committed() {
      quietly(writeMarkOfNow)
      if (isDue()) quietly(checkpoint)
    },
    checkpoint: () => quietly(checkpoint),
    problems: () => problemsIn(connection, file, open, true)
  }
}

/** Milliseconds a call waits for another process to end its transaction. */
export const BUSY_TIMEOUT = 5_000

/** The commit is valid even if the steps after it fail: the disk may be full, or another process may be busy. */
function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // The next commit tries again.
  }
}

function setAside(path: string): void {
  renameSync(path, asideName(path))
}

function lostError(file: string, missing?: number) {
  const what = missing === undefined ? t`The file is missing` : t`Missing: ${plural(missing, 'saved change')}`
  return damagedError(
    file,
    t`${what}. It, or the -wal file beside it, was cut, removed, damaged or replaced by an older copy.`,
    wayOut(file)
  )
}

const wayOut = (file: string) =>
  t`Restore a backup: q8s-cli restore FILE. Without one, or if you put an older copy there on purpose, delete ${markFile(file)}
    to go on with what is there.`
