/** Jobs that must not run at the same time take turns, in the order they were started. */
import { createQueue } from '../async/queue.ts'
import type { JobContext } from './entry.ts'

export type InTurn = <T>(job: Pick<JobContext, 'signal' | 'stage'>, work: () => Promise<T>) => Promise<T>

/** A job that must wait reports that as its stage; a cancelled job stops waiting. */
export function createTurns(): InTurn {
  const queue = createQueue(1)
  return (job, work) => queue(work, job.signal, () => job.stage({ code: 'queued' }))
}
