/** Turns anything a call to the host throws back into an AppError. */
import { AppError, type ErrorReport } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { fromWire } from '#shared/wire.ts'

/** The AppError behind any thrown value; other errors become INTERNAL, or UNAVAILABLE if the connection was lost. */
export function toAppError(thrown: unknown, signal?: AbortSignal): AppError {
  const error = fromWire(thrown)
  if (error instanceof AppError) return error
  if (signal?.aborted) return new AppError('CANCELLED', t`Cancelled.`)
  const { code, name, message } = describe(error)
  if (code === 'BAD_REQUEST') return new AppError('INVALID', message, undefined, { cause: thrown })
  if (name === 'AbortError' || /not open|closed/i.test(message)) {
    return new AppError(
      'UNAVAILABLE',
      t`The connection to the host was lost.`,
      t`It comes back automatically. Your last action may or may not have happened: check before you repeat it.`,
      { cause: thrown }
    )
  }
  return new AppError(
    'INTERNAL',
    t`Something went wrong: ${message}`,
    t`Copy the report and file it as a bug.`,
    { cause: thrown }
  )
}

/** True if the folder exists but is not a project yet: the user can make it one. */
export function lacksManifest({ code, data }: ErrorReport): boolean {
  return code === 'NOT_FOUND' && data?.folder !== undefined
}

function describe(error: unknown): { code?: unknown; name: string; message: string } {
  if (!(error instanceof Error)) return { name: '', message: String(error) }
  return { code: (error as { code?: unknown }).code, name: error.name, message: error.message }
}
