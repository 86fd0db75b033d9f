/** Finds jobs that have just ended, and keeps the last one for 10 seconds. */
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
 * Jobs that have ended since the last list, including jobs that began and ended in between. `since`, in milliseconds
 * since the epoch, is when the window opened: an unknown ended job that started earlier is left out.
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
