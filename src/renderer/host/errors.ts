/** Turns what a call to the host throws back into the AppError it was, wherever it comes from. */
import { AppError, type ErrorReport } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { fromWire } from '#shared/wire.ts'

/** The AppError behind any thrown value; foreign ones become INTERNAL, or UNAVAILABLE when the connection went. */
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

/** The folder is there, and no project yet: it can be made one. */
export function lacksManifest({ code, data }: ErrorReport): boolean {
  return code === 'NOT_FOUND' && data?.folder !== undefined
}

function describe(error: unknown): { code?: unknown; name: string; message: string } {
  if (!(error instanceof Error)) return { name: '', message: String(error) }
  return { code: (error as { code?: unknown }).code, name: error.name, message: error.message }
}
