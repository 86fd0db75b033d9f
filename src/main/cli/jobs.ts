/** Follows a job to its end: shows its stages on stderr, cancels it on Ctrl-C, and throws its error. */
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import type { Job, JobResult } from '#shared/job.ts'
import { jobTitle } from '#shared/job-title.ts'
import { stageText } from '#shared/stage.ts'
import type { Context } from './context.ts'
import { findingLine } from './errors.ts'

export interface FollowOptions {
  /** Called with each snapshot; if absent, the stage is shown. */
  readonly onChange?: (job: Job) => void
  /** Cancels the job; if absent, the context's signal does. */
  readonly signal?: AbortSignal
}

/**
 * Resolves with the job's result and prints its warnings on stderr. A failed job throws its error, a cancelled one
 * CANCELLED; both only after the job has cleaned up.
 */
export async function followJob(
  context: Context,
  client: Client,
  jobId: string,
  { onChange, signal = context.signal }: FollowOptions = {}
): Promise<JobResult> {
  const cancel = () => {
    client.jobs.cancel({ id: jobId }).catch(() => undefined)
  }
  const show = onChange ?? (job => context.output.progress(stageText(job.stage), job.percent))
  let last: Job | undefined
  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  try {
    for await (const job of await client.jobs.watch({ id: jobId })) {
      last = job
      if (job.state !== 'running') break
      show(job)
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    context.output.endProgress()
  }
  const result = resultOf(last)
  for (const finding of result.findings ?? []) {
    if (finding.severity !== 'info') context.output.note(findingLine(finding, context.output))
  }
  return result
}

function resultOf(job: Job | undefined): JobResult {
  if (job?.state === 'done') return job.result ?? {}
  if (job?.state === 'cancelled' || !job) throw new AppError('CANCELLED', 'Cancelled.')
  const {
    code = 'INTERNAL',
    message = `${jobTitle(job)} ended without a word.`,
    hint,
    data
  } = job.error ?? {}
  throw new AppError(code, message, hint, { data: { ...data, ...job.result } })
}
