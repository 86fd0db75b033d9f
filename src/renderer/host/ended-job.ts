/** Jobs that have just ended; the last of them for as long as its end is news. */
import { create } from 'zustand'
import type { Job } from '#shared/job.ts'

const NEWS_MS = 10_000

export const useEndedJob = create<{ readonly job: Job | undefined }>(() => ({ job: undefined }))

let timer: ReturnType<typeof setTimeout> | undefined

export function reportEnded(job: Job): void {
  useEndedJob.setState({ job })
  clearTimeout(timer)
  timer = setTimeout(() => useEndedJob.setState({ job: undefined }), NEWS_MS)
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
