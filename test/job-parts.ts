/** Parts of jobs, for tests that start some or make some up. */
import type { NewSubject } from '#shared/job-title.ts'

/** What a job is about, by its name. */
export const named = (name: string): NewSubject => ({ code: 'name', name })
