/** The error that every layer throws, and the fixed set of its codes in the contract. */
import { t } from './language.ts'

export const ERROR_CODES = [
  'INVALID',
  'NOT_FOUND',
  'CONFLICT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'UNAVAILABLE',
  'UNSUPPORTED',
  'CANCELLED',
  'INTERNAL'
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * HTTP status of each code, for every server of the contract over HTTP. Proxies use 499 when the client ended its
 * request.
 */
export const ERROR_STATUS: Readonly<Record<ErrorCode, number>> = {
  INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  CANCELLED: 499,
  INTERNAL: 500,
  UNSUPPORTED: 501,
  UNAVAILABLE: 503
}

/** The part of an error that is sent over a wire: never a stack, never the object of another library. */
export interface ErrorReport {
  readonly code: ErrorCode
  /** What happened and why, in one or two sentences. */
  readonly message: string
  /** What to do next. */
  readonly hint?: string | undefined
  /** Facts for programs: the IDs, names, findings or log lines that the message mentions. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
}

/** An expected failure. Any other error is a bug and becomes INTERNAL at the edge of the host. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly data: Readonly<Record<string, unknown>> | undefined

  constructor(
    code: ErrorCode,
    message: string,
    hint?: string,
    options?: { cause?: unknown; data?: Record<string, unknown> }
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = hint
    this.data = options?.data
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && (ERROR_CODES as readonly string[]).includes(value)
}

/** True for our own CANCELLED and for the error that platform APIs throw after an AbortSignal aborts. */
export function isCancelled(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'CANCELLED'
  return error instanceof Error && error.name === 'AbortError'
}

/**
 * True if this process, or the whole system, has reached its limit of open files or connections. The state is
 * temporary.
 */
export function isOutOfFiles(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return code === 'EMFILE' || code === 'ENFILE'
}

/** The part of any thrown value that may be shown and sent. Errors of other libraries keep only their message. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof AppError) {
    return { code: error.code, message: error.message, hint: error.hint, data: error.data }
  }
  if (isCancelled(error)) return { code: 'CANCELLED', message: t`Cancelled.` }
  if (isOutOfFiles(error)) {
    return {
      code: 'UNAVAILABLE',
      message: t`Too many files are open on this computer at the moment.`,
      hint: t`Try again in a moment. If it stays so, close other programs, or raise the limit of open files.`
    }
  }
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: 'INTERNAL',
    message: t`Something went wrong inside q8s: ${message}`,
    hint: t`This is a bug. Please report it with a support archive: Diagnosis makes one, or
      \`q8s-cli support\`.`
  }
}
