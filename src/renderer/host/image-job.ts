/** The job that builds or loads the runtime image: while it runs, the window does not start another. */
import type { Job } from '#shared/job.ts'

export function isImageJob({ kind }: Job): boolean {
  return kind === 'runtime-build' || kind === 'runtime-load'
}

export function imageJob(jobs: readonly Job[] | undefined): Job | undefined {
  return jobs?.find(job => job.state === 'running' && isImageJob(job))
}
