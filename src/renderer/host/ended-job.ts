/** Jobs that have just ended; the last of them for as long as its end is news. */
import { create } from 'zustand'
import type { Job, PastJob } from '#shared/job.ts'

const NEWS_MS = 10_000

export const useEndedJob = create<{ readonly job: Job | undefined }>(() => ({ job: undefined }))

let timer: ReturnType<typeof setTimeout> | undefined

export function tellEnded(job: Job): void {
  useEndedJob.setState({ job })
  clearTimeout(timer)
  timer = setTimeout(() => useEndedJob.setState({ job: undefined }), NEWS_MS)
}

/** How a job stands, as people see it: `stopped` is a start its user stopped, which is no failure to be told of. */
export function standingOf({ state, error }: Job | PastJob): (Job | PastJob)['state'] | 'stopped' {
  const reason = error?.data?.reason as { readonly code?: string } | undefined
  return state === 'failed' && reason?.code === 'stopped-by-user' ? 'stopped' : state
}

/**
 * Those that were running when the window looked last, and those that began and ended between two looks. `since`, in
 * milliseconds since the epoch, is when the window came: what had ended before it is no news.
 */
export function endedSince(
  jobs: readonly Job[],
  before: ReadonlyMap<string, Job['state']>,
  since: number
): Job[] {
  return jobs.filter(({ id, state, startedAt }) => {
    if (state === 'running') return false
    const known = before.get(id)
    return known === 'running' || (known === undefined && Date.parse(startedAt) >= since)
  })
}
