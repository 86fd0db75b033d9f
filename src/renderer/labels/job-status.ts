/** The status of a job as the user sees it. */
import type { Job, PastJob } from '#shared/job.ts'

/** The job's state, or `stopped` if the user stopped the start: that is not a failure to report. */
export function jobStatusOf({ state, error }: Job | PastJob): (Job | PastJob)['state'] | 'stopped' {
  const reason = error?.data?.reason as { readonly code?: string } | undefined
  return state === 'failed' && reason?.code === 'stopped-by-user' ? 'stopped' : state
}
