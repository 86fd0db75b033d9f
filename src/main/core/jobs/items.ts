/** The body of a job that acts on many items: continues after failures, reports each, and can wait for an undo. */
import { setTimeout as delay } from 'node:timers/promises'
import { AppError, isCancelled, reportOf } from '#shared/errors.ts'
import type { JobItem, JobResult } from '#shared/job.ts'
import { t } from '#shared/language.ts'
import type { InstanceAct } from '#shared/upkeep.ts'
import { mapBounded } from '../async/queue.ts'
import type { JobContext } from './jobs.ts'

export interface Named {
  readonly id: string
  readonly title: string
}

export interface Many {
  readonly items: readonly Named[]
  /** The action on each item. */
  readonly act: InstanceAct
  /** `1 of 5 were not stopped; the others were.`: part of the error message. */
  readonly notDone: (failed: number, all: number) => string
  /** Limit of items processed at once. */
  readonly bound: number
}

export const REMOVING: Pick<Many, 'act' | 'notDone'> = {
  act: 'remove',
  notDone: (failed, all) => t`${failed} of ${all} were not removed; the others were.`
}

/** Waits before things are removed. If the job is cancelled during the wait, it rejects and nothing is removed. */
export async function waitForUndo(items: readonly Named[], seconds: number, job: JobContext): Promise<void> {
  if (seconds === 0) return
  job.found({ items: items.map(item => ({ ...item, state: 'waiting' })) })
  const until = Date.now() + seconds * 1_000
  for (let left = seconds; left > 0; left--) {
    job.stage({ code: 'undo-wait', until, seconds: left })
    await delay(1_000, undefined, { signal: job.signal })
  }
}

/** Milliseconds between two reports of the list; the last report is always sent. */
const TELL_EVERY = 200

/**
 * Runs `work` for each item and returns what happened to each. UNAVAILABLE if some failed. CANCELLED if the job was
 * cancelled: running work finishes, no new work starts.
 */
export async function doToEach(
  { items, act, notDone, bound }: Many,
  job: JobContext,
  work: (id: string) => Promise<void>
): Promise<JobResult> {
  const results = new Map<string, JobItem>(
    items.map(({ id, title }) => [id, { id, title, state: 'waiting' as const }])
  )
  let ended = 0
  let told = 0
  const tell = (last = false) => {
    const all = items.length
    job.stage({ code: 'acting', act, ended, all }, (100 * ended) / Math.max(1, all))
    if (!last && performance.now() - told < TELL_EVERY) return
    told = performance.now()
    job.found({ items: [...results.values()] })
  }
  tell(true)
  await mapBounded(items, bound, async ({ id, title }) => {
    if (job.signal.aborted) return
    results.set(id, await resultOf(id, title, work))
    ended++
    tell()
  })
  tell(true)
  const failed = [...results.values()].filter(({ state }) => state === 'failed')
  for (const { title, message } of failed) job.log(`${title}: ${message}`)
  if (failed.length > 0) throw someFailed(failed, items.length, notDone)
  job.signal.throwIfAborted()
  return { items: [...results.values()] }
}

async function resultOf(id: string, title: string, work: (id: string) => Promise<void>): Promise<JobItem> {
  try {
    await work(id)
    return { id, title, state: 'done' }
  } catch (error) {
    if (isCancelled(error)) return { id, title, state: 'waiting' }
    const { message, hint } = reportOf(error)
    return { id, title, state: 'failed', message, ...(hint === undefined ? {} : { hint }) }
  }
}

function someFailed(failed: readonly JobItem[], all: number, notDone: Many['notDone']): AppError {
  const [first] = failed
  const which = all === 1 ? '' : notDone(failed.length, all)
  return new AppError('UNAVAILABLE', `${which} ${first?.message ?? ''}`.trim(), first?.hint, {
    data: { failed: failed.map(({ id }) => id) }
  })
}
