/** Snapshots of jobs for a client that watches them. */
import type { Job } from '#shared/job.ts'
import type { Emitter } from '../async/emitter.ts'
import type { Entry } from './entry.ts'

/**
 * Snapshots of the job with this ID until it has ended, or of every job until `signal` aborts. A client that reads
 * slowly gets only the latest snapshot of each job.
 */
export async function* watchJobs(
  entries: ReadonlyMap<string, Entry>,
  changes: Emitter<string>,
  id: string | undefined,
  signal: AbortSignal | undefined
): AsyncGenerator<Job> {
  const pending = new Set(id === undefined ? entries.keys() : [id])
  const stopListening = changes.listen(changed => {
    if (id === undefined || changed === id) pending.add(changed)
  })
  try {
    for (;;) {
      for (const next of pending) {
        pending.delete(next)
        const job = entries.get(next)?.job
        if (job) yield job
        if (id !== undefined && job?.state !== 'running') return
      }
      if (pending.size === 0) await changes.next(signal)
    }
  } catch (error) {
    if (!signal?.aborted) throw error
  } finally {
    stopListening()
  }
}
