/** Translates SQLite's errors into words. */

import { fileError } from '#core/files.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

/** Another connection holds the lock that was needed. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error)) || /database is locked/.test(messageOf(error))
}

/** A row broke a UNIQUE constraint. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === 'SQLITE_CONSTRAINT_UNIQUE' || codeOf(error) === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

/** An AppError for what SQLite throws; anything else is handed back as it is. */
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
      return new AppError(
        'UNAVAILABLE',
        t`${what}: the file is damaged.`,
        t`Restore it from a backup, or move it away to begin with an empty state.`,
        options
      )
    default:
      // The driver gives a failed open no code, only SQLite's number in its message.
      return /Unable to open connection/.test(messageOf(error)) ? fileError({ code: 'EACCES' }, what) : error
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
