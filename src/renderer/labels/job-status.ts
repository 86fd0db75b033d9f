/** The status of a job as people see it. */
import type { Job, PastJob } from '#shared/job.ts'

/** Its state, where `stopped` is a start its user stopped: nothing failed that would have to be reported. */
export function jobStatusOf({ state, error }: Job | PastJob): (Job | PastJob)['state'] | 'stopped' {
  const reason = error?.data?.reason as { readonly code?: string } | undefined
  return state === 'failed' && reason?.code === 'stopped-by-user' ? 'stopped' : state
}
