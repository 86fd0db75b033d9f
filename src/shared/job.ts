/** Jobs: long operations of a host, with stages, progress, cancelling and a result. They outlive their view. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { ERROR_CODES } from './errors.ts'
import { Finding } from './finding.ts'
import { JobKind, JobSubject } from './job-title.ts'
import { Stage } from './stage.ts'

/** One of several things that a job works on. */
export const JobItem = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['waiting', 'done', 'failed']),
  /** Why it failed, and what to do. */
  message: z.string().optional(),
  hint: z.string().optional()
})
export type JobItem = z.infer<typeof JobItem>

export const JobResult = z.object({
  appId: z.uuid().optional(),
  instanceId: z.uuid().optional(),
  /** Path of the file the job wrote. */
  file: z.string().optional(),
  sha256: z.string().optional(),
  /** Findings of the project or bundle; they contain no errors if the job continued. */
  findings: z.array(Finding).optional(),
  /** Each of the things the job works on, done or not. */
  items: z.array(JobItem).optional(),
  /** Bytes the job freed. */
  freed: z.number().min(0).optional()
})
export type JobResult = z.infer<typeof JobResult>

export const Job = z.object({
  id: z.uuid(),
  kind: JobKind,
  /** What the job is about; `jobTitle` makes its title. */
  subject: JobSubject,
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** The current stage; `stageText` makes its text. */
  stage: Stage,
  /** 0 to 100, if the stage knows its progress. */
  percent: z.number().min(0).max(100).optional(),
  /** Bytes done and bytes in total, if the stage counts bytes. */
  bytes: z.object({ done: z.number().min(0), total: z.number().min(0) }).optional(),
  /**
   * Cancelling until this time undoes the job; it waits until then. Milliseconds since the epoch by the host's clock.
   */
  undoableUntil: z.number().optional(),
  /** Its stages so far with their start times, the current one last; at most 30. */
  stages: z.array(z.object({ stage: Stage, startedAt: z.iso.datetime() })),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  /** The newest lines of its output, at most 200. */
  log: z.array(z.string()),
  error: z
    .object({
      code: z.enum(ERROR_CODES),
      message: z.string(),
      hint: z.string().optional(),
      data: z.record(z.string(), z.unknown()).optional()
    })
    .optional(),
  result: JobResult.optional()
})
export type Job = z.infer<typeof Job>

/** An ended job of any host of this home, as stored: without its output and its findings. */
export const PastJob = Job.extend({
  /** `interrupted`: its host ended before the job did. */
  state: z.enum(['done', 'failed', 'cancelled', 'interrupted'])
})
export type PastJob = z.infer<typeof PastJob>

/** Past jobs stored over restarts. */
export const KEPT_PAST_JOBS = 500

export const jobsContract = {
  /** Running jobs and the last 100 ended ones, newest first. */
  list: oc.output(z.array(Job)),
  /** The last 500 ended jobs of this home, also those of other and earlier hosts, newest first. */
  history: oc.output(z.array(PastJob)),
  /** NOT_FOUND for a job that is too old or never existed. */
  get: oc.input(z.object({ id: z.uuid() })).output(Job),
  /** One job until it ends or, without `id`, every job of the host while the caller listens; conflated. */
  watch: oc.input(z.object({ id: z.uuid().optional() })).output(eventIterator(Job)),
  /** Requests cancellation of a running job; it ends as `cancelled` after its clean-up. */
  cancel: oc.input(z.object({ id: z.uuid() })).output(z.void())
}
