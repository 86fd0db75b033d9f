/** Translates SQLite's errors into messages. */

import { fileError } from '#core/files/files.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

/** True if another connection holds the lock that was needed. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error)) || /database is locked/.test(messageOf(error))
}

/** True if a row broke a UNIQUE constraint. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_CONSTRAINT_UNIQUE' || codeOf(error) === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

/** An AppError for an error of SQLite. Other errors are returned unchanged. */
export function storeError(error: unknown, file: string): unknown {
  if (error instanceof AppError) return error
  const what = t`The state in ${file} cannot be used`
  const options = { cause: error }
  if (isBusy(error)) {
    const message = t`Other q8s processes are using the state and did not finish in time.`
    return new AppError('UNAVAILABLE', message, t`Try again in a moment.`, options)
  }
  switch (codeOf(error).replace(/^(SQLITE_[A-Z]+)_.*/, '$1')) {
    case 'SQLITE_FULL':
      return fileError({ code: 'ENOSPC' }, what)
    case 'SQLITE_READONLY':
      return fileError({ code: 'EROFS' }, what)
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_PERM':
      return fileError({ code: 'EACCES' }, what)
    case 'SQLITE_IOERR':
      return new AppError(
        'UNAVAILABLE',
        t`${what}: reading or writing it failed.`,
        t`Check that the disk has free space and is healthy, then try again.`,
        options
      )
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
    case 'SQLITE_FORMAT':
      return damagedError(file, t`SQLite says: ${messageOf(error)}.`, undefined, error)
    default:
      // A schema that q8s made has every table and column that its statements name.
      if (/^no such (table|column)|malformed|unsupported file format/.test(messageOf(error)))
        return damagedError(file, t`SQLite says: ${messageOf(error)}.`, undefined, error)
      // When opening fails, the driver sets no code: only the message has SQLite's number.
      return /Unable to open connection/.test(messageOf(error))
        ? fileError({ code: 'EACCES' }, what)
        : fileError(error, what)
  }
}

class DamagedError extends AppError {}

/** UNAVAILABLE: the database does not hold what was written. `why` is a sentence. */
export function damagedError(file: string, why: string, hint?: string, cause?: unknown): AppError {
  return new DamagedError(
    'UNAVAILABLE',
    t`The records in ${file} are damaged. ${why}`,
    hint ??
      t`Restore a backup: q8s-cli restore FILE. Without one, rename the state folder to begin with an empty home.`,
    { cause }
  )
}

export function isDamage(error: unknown): boolean {
  return error instanceof DamagedError
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
