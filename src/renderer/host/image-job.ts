/** The job that makes the image apps run in: while it goes on, no place of the window begins another. */
import type { Job } from '#shared/job.ts'

export function isImageJob({ kind }: Job): boolean {
  return kind === 'runtime-build' || kind === 'runtime-load'
}

export function imageJob(jobs: readonly Job[] | undefined): Job | undefined {
  return jobs?.find(job => job.state === 'running' && isImageJob(job))
}
