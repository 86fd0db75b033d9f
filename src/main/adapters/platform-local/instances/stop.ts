/** Stops instances, even if the record is wrong or the engine is gone. */
import { EngineUnavailable, StillRunning } from '#core/platform/engine-errors.ts'
import { AppError } from '#shared/errors.ts'
import type { Instance } from '#shared/instance.ts'
import { isEnded } from '#shared/instance-state.ts'
import { thisProcess } from '../../home/actor.ts'
import { goneWith } from './errors.ts'
import { ownedRow, type Parts } from './parts.ts'
import { isFree } from './port.ts'
import { getInstance } from './read.ts'
import { beginStop, giveUpStop, type InstanceRow, keepSeen } from './records.ts'

/** Seconds an app has to end after it is asked to. */
const GRACE_SECONDS = 10

export async function stop(parts: Parts, user: string, id: string, signal?: AbortSignal): Promise<Instance> {
  const { context, observer } = parts
  const store = await context.store()
  const row = await ownedRow(parts, store, user, id)
  if (isEnded(row) || !beginStop(store, row, thisProcess(), context.now())) {
    await endAlthoughEnded(parts, row, signal)
    return getInstance(parts, user, id)
  }
  try {
    await observer.engineOf(row).stop(id, observer.runFolderOf(id), GRACE_SECONDS, signal)
  } catch (error) {
    if (!(await isGone(row, error))) {
      giveUpStop(store, id)
      throw error
    }
    const [route, time] = [row.route, context.now()]
    const seen = { state: 'stopped', reason: goneWith(error), route, endedAt: time, time } as const
    keepSeen(store, { ...row, state: 'stopping' }, seen)
  }
  return getInstance(parts, user, id)
}

/** Ends what still runs although its record says it has ended. An absent engine runs nothing. */
async function endAlthoughEnded({ observer }: Parts, row: InstanceRow, signal?: AbortSignal): Promise<void> {
  try {
    await observer.engineOf(row).stop(row.id, observer.runFolderOf(row.id), GRACE_SECONDS, signal)
  } catch (error) {
    const isUnavailable = error instanceof AppError && error.code === 'UNAVAILABLE'
    if (!isUnavailable || error instanceof StillRunning) throw error
  }
}

/**
 * Whether the engine appears to be gone for good, and the app with it. If the app still exists, it is ended when the
 * engine is back, like everything that runs without a record that says so.
 */
async function isGone({ port }: InstanceRow, error: unknown): Promise<boolean> {
  const isAbsent = error instanceof EngineUnavailable && error.trouble !== 'silent'
  return isAbsent && (port === null || (await isFree(port)))
}
