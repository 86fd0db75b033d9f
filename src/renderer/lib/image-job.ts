/** The job that makes the image apps run in: while it goes on, no place of the window begins another. */
import type { Job } from '#shared/job.ts'

export function imageJob(jobs: readonly Job[] | undefined): Job | undefined {
  return jobs?.find(({ kind, state }) => state === 'running' && /^runtime-(build|load)$/.test(kind))
}
