/** Removals wait some seconds first: the words that tell of one with their Undo, and what is about to go. */
import { useMemo } from 'react'
import type { Client } from '#shared/contract.ts'
import type { Job } from '#shared/job.ts'
import { notifyError, notifyUndo } from './notify.tsx'
import { useJobs } from './queries.ts'

/** Seconds in which a removal can be undone. */
export const UNDO_SECONDS = 10

/** Starts the job that removes, and offers to undo it until it does. `what` is what goes: `Q Peak 0.1.2`. */
export async function removeWithUndo(
  client: Client,
  what: string,
  start: () => Promise<{ readonly jobId: string }>
): Promise<void> {
  try {
    const { jobId } = await start()
    const undo = () =>
      void client.jobs.cancel({ id: jobId }).catch(error => notifyError(error, 'It could not be undone'))
    const hide = notifyUndo(`Removing ${what}`, 'It goes in ten seconds.', undo)
    try {
      for await (const job of await client.jobs.watch({ id: jobId })) if (isUnderWay(job)) break
    } finally {
      hide()
    }
  } catch (error) {
    notifyError(error, `${what} may not be removed`)
  }
}

/** The time to undo is over: what is removed now is removed. */
function isUnderWay(job: Job): boolean {
  return job.stage.startsWith('Removing ') && !job.stage.startsWith('Removing in')
}

/** IDs of the instances and apps a removal is about to take. */
export function useRemoving(): ReadonlySet<string> {
  const jobs = useJobs()
  const ids = (jobs ?? [])
    .filter(job => job.kind === 'remove' && job.state === 'running')
    .flatMap(job => job.result?.items ?? [])
    .filter(item => item.state === 'waiting')
    .map(item => item.id)
  const key = ids.join()
  return useMemo(() => new Set(key === '' ? [] : key.split(',')), [key])
}
