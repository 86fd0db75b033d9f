/** What every procedure of the contract starts from: the errors a call may end with, each with its HTTP status and typed data. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { ERROR_STATUS, type ErrorCode } from './errors.ts'

/** On the wire an error carries its hint, and the facts its procedure declares. */
function declared<Code extends ErrorCode, Facts extends z.ZodType>(code: Code, facts: Facts) {
  return { status: ERROR_STATUS[code], data: z.object({ hint: z.string().optional(), data: facts }) }
}

const nothing = z.undefined().optional()

/** A call that names what is not there, or what the caller may not see. */
export const NOT_FOUND = { NOT_FOUND: declared('NOT_FOUND', nothing) }
/** A call about what belongs to another user. */
export const FORBIDDEN = { FORBIDDEN: declared('FORBIDDEN', nothing) }
/** A call that this platform, or this kind of instance, does not do. */
export const UNSUPPORTED = { UNSUPPORTED: declared('UNSUPPORTED', nothing) }

/** A call that does not fit what is there now; `facts` are for programs. */
export function conflict<Facts extends z.ZodType = typeof nothing>(facts?: Facts) {
  return { CONFLICT: declared('CONFLICT', (facts ?? nothing) as Facts) }
}

/** A call whose input is refused; `facts` are for programs. */
export function invalid<Facts extends z.ZodType = typeof nothing>(facts?: Facts) {
  return { INVALID: declared('INVALID', (facts ?? nothing) as Facts) }
}

/** What every call may end with: input that does not fit its schema, something that cannot be reached, an abort, a bug. */
export const procedure = oc.errors({
  ...invalid(),
  UNAVAILABLE: declared('UNAVAILABLE', nothing),
  CANCELLED: declared('CANCELLED', nothing),
  INTERNAL: declared('INTERNAL', nothing)
})
