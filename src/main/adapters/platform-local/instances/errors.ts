/** Messages for instances that cannot be started, stopped or removed, and the reason when one ended with its engine. */

import { EngineUnavailable } from '#core/platform/engine-errors.ts'
import { endedElsewhere, goneWithEngine } from '#core/platform/state.ts'
import { AppError, reportOf } from '#shared/errors.ts'
import type { Reason } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import type { AppRow } from '../app-records.ts'
import type { InstanceRow } from './records.ts'

export const nameOf = ({ id, name, version }: InstanceRow) => t`${id} of ${name} ${version}`

export function notEnded({ id }: InstanceRow, message: string): AppError {
  return new AppError('CONFLICT', message, t`Stop it first: q8s-cli instance stop ${id}`, {
    data: { instances: [id] }
  })
}

export function appInUse({ name, version }: AppRow, instances: readonly string[]): AppError {
  return new AppError(
    'CONFLICT',
    t`${name} ${version} cannot be removed while instances of it run: ${instances.join(', ')}.`,
    t`Stop them first (q8s-cli instance stop), or make the app PRIVATE to take it off the catalog.`,
    { data: { instances: [...instances] } }
  )
}

export function goneWith(error: unknown): Reason {
  const isElsewhere = error instanceof EngineUnavailable && error.trouble === 'elsewhere'
  return isElsewhere ? endedElsewhere() : goneWithEngine()
}

export function startReason(error: unknown): Reason {
  const { code, message, hint } = reportOf(error)
  return {
    code: code === 'UNAVAILABLE' ? 'engine-unavailable' : 'start-failed',
    message,
    ...(hint === undefined ? {} : { hint })
  }
}

/** Names the app that did not start, followed by the engine's own message. */
export function startError(error: unknown, { name, version }: { name: string; version: string }): unknown {
  if (!(error instanceof AppError) || error.code === 'CANCELLED') return error
  const message = t`${name} ${version} could not be started. ${error.message}`
  return new AppError(error.code, message, error.hint, { cause: error, data: { ...error.data } })
}
