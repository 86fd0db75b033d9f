/**
 * Locks for files that several processes of a home change: for each, SQLite's own lock on an empty database. The system
 * releases it when the process ends, so a killed holder never blocks other processes.
 */
import { createHash } from 'node:crypto'
import { open, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createKeyedQueue } from '#core/async/queue.ts'
import { fileError, makeFolder } from '#core/files/files.ts'
import type { FileLocks } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { isBusy, storeError } from './errors.ts'

/** Milliseconds. */
const LONGEST_WAIT = 15_000
/** Error codes of a home that cannot be written. */
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS'])

/** The locks are in the state folder, because a project's folder belongs to the user. At most 257 empty files. */
export function createFileLocks(stateFolder: string, longestWait = LONGEST_WAIT): FileLocks {
  const folder = join(stateFolder, 'locks')
  const inOrder = createKeyedQueue()

  return {
    async hold(path, work, signal) {
      const waiting = new AbortController()
      const timer = setTimeout(() => waiting.abort(tooLong(path)), longestWait)
      const until = signal ? AbortSignal.any([waiting.signal, signal]) : waiting.signal
      const locked = async () => {
        const release = await acquire(folder, path, until)
        clearTimeout(timer)
        try {
          return await work()
        } finally {
          release()
        }
      }
      return inOrder(resolve(path), locked, until).finally(() => clearTimeout(timer))
    }
  }
}

/**
 * Returns a function that releases the lock. If the home cannot be written, nothing is locked: the user's project may
 * still be writable.
 */
async function acquire(folder: string, path: string, until: AbortSignal): Promise<() => void> {
  const file = join(folder, await lockName(path))
  try {
    await makeFolder(folder, 0o700)
    // SQLite does not say why it cannot open a file, so open a probe file. Never open the lock itself: closing it would
    // release its locks.
    await (await open(join(folder, 'probe'), 'a')).close()
  } catch (error) {
    if (NOT_WRITABLE.has((error as NodeJS.ErrnoException).code ?? '')) return () => {}
    throw fileError(error, t`The state folder ${folder} cannot be used`)
  }
  const { default: Database } = await import('libsql')
  let connection: InstanceType<typeof Database> | undefined
  try {
    // SQLite's own timeout would block this whole process, so retry while the lock is busy.
    connection = new Database(file, { timeout: 0 })
    while (!begin(connection)) {
      // Others hold it for a few milliseconds. A random delay keeps two processes from colliding every time.
      await delay(2 + Math.random() * 10)
      until.throwIfAborted()
    }
  } catch (error) {
    connection?.close()
    throw until.aborted ? until.reason : storeError(error, file)
  }
  const held = connection
  return () => {
    held.exec('ROLLBACK')
    held.close()
  }
}

/** False while another connection holds the lock. */
function begin(connection: { exec(sql: string): unknown }): boolean {
  try {
    // A journal file is not needed: nothing is ever written.
    connection.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE')
    return true
  } catch (error) {
    if (!isBusy(error)) throw error
    return false
  }
}

/**
 * One lock for all names of a file: through a linked folder, or with other case or normal form if the system ignores
 * those.
 */
async function lockName(path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => dirname(resolve(path)))
  const name = join(folder, basename(path)).normalize().toLowerCase()
  return `${createHash('sha256').update(name).digest('hex').slice(0, 2)}.lock`
}

function tooLong(path: string): AppError {
  return new AppError(
    'UNAVAILABLE',
    t`${path} was not changed: another q8s process is changing it and did not finish in time.`,
    t`Try again in a moment.`
  )
}
