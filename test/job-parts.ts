/** Parts of jobs, for tests that start or create jobs. */
import type { NewSubject } from '#shared/job-title.ts'

/** The subject of a job, by name. */
export const named = (name: string): NewSubject => ({ code: 'name', name })
