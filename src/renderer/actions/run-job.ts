/** The job a project was last run with. */
import type { Job } from '#shared/job.ts'
import { useJob } from '../host/queries.ts'
import { useView } from '../window/view.ts'

/** The job the project in the window was last run with, if the host still knows it. */
export function useRunJob(path: string | undefined): Job | undefined {
  return useJob(useView(state => (path === undefined ? undefined : state.runs[path]?.jobId)))
}
