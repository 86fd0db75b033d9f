/** The job that ended last, for as long as its end is news. */
import { create } from 'zustand'
import type { Job } from '#shared/job.ts'

const NEWS_MS = 10_000

export const useEndedJob = create<{ readonly job: Job | undefined }>(() => ({ job: undefined }))

let timer: ReturnType<typeof setTimeout> | undefined

export function tellEnded(job: Job): void {
  useEndedJob.setState({ job })
  clearTimeout(timer)
  timer = setTimeout(() => useEndedJob.setState({ job: undefined }), NEWS_MS)
}
