/** How an AppError crosses a wire and becomes an AppError again on the other side. */
import { AppError, type ErrorReport, isErrorCode, reportOf } from './errors.ts'

/** The shape RPC errors have on the wire: our report's hint and data travel in `data`. */
export interface WireError {
  readonly code: string
  readonly message: string
  readonly data: { readonly hint?: string | undefined; readonly data?: ErrorReport['data'] }
}

export function toWire(error: unknown): WireError {
  const { code, message, hint, data } = reportOf(error)
  return { code, message, data: { hint, data } }
}

/** An AppError of whatever a client threw: a report from the host, a refused input, a broken connection. */
export function fromWire(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const { code, data } = error as { code?: unknown; data?: unknown }
  if (!isErrorCode(code)) return error
  const { hint, data: facts } = (data ?? {}) as WireError['data']
  return new AppError(code, error.message, typeof hint === 'string' ? hint : undefined, {
    cause: error,
    ...(facts ? { data: { ...facts } } : {})
  })
}
