/** Base of every procedure of the contract: the errors a call may end with, with HTTP status and typed data. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { ERROR_STATUS, type ErrorCode } from './errors.ts'

/** On the wire an error carries its hint, and the facts that its procedure declares. */
function declared<Code extends ErrorCode, Facts extends z.ZodType>(code: Code, facts: Facts) {
  return { status: ERROR_STATUS[code], data: z.object({ hint: z.string().optional(), data: facts }) }
}

const nothing = z.undefined().optional()

/** For a call that names something that does not exist or that the caller may not see. */
export const NOT_FOUND = { NOT_FOUND: declared('NOT_FOUND', nothing) }
/** For a call about something that belongs to another user. */
export const FORBIDDEN = { FORBIDDEN: declared('FORBIDDEN', nothing) }
/** For a call that this platform, or this kind of instance, does not support. */
export const UNSUPPORTED = { UNSUPPORTED: declared('UNSUPPORTED', nothing) }

/** For a call that conflicts with the current state; `facts` are for programs. */
export function conflict<Facts extends z.ZodType = typeof nothing>(facts?: Facts) {
  return { CONFLICT: declared('CONFLICT', (facts ?? nothing) as Facts) }
}

/** For a call whose input is refused; `facts` are for programs. */
export function invalid<Facts extends z.ZodType = typeof nothing>(facts?: Facts) {
  return { INVALID: declared('INVALID', (facts ?? nothing) as Facts) }
}

/** Errors that every call may end with: invalid input, an unreachable service, an abort, a bug. */
export const procedure = oc.errors({
  ...invalid(),
  UNAVAILABLE: declared('UNAVAILABLE', nothing),
  CANCELLED: declared('CANCELLED', nothing),
  INTERNAL: declared('INTERNAL', nothing)
})
