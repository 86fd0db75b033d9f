/** Jobs: long operations of a host, with stages, progress, cancellation and a result. They outlive the view that began them. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { ERROR_CODES } from './errors.ts'
import { Finding } from './finding.ts'
import { JobKind, JobSubject } from './job-title.ts'
import { Stage } from './stage.ts'

/** One of the many things a job does. */
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
  /** What the checks said of the project or bundle; no errors are among them where the job went on. */
  findings: z.array(Finding).optional(),
  /** Each of the things a job does to many, done or not. */
  items: z.array(JobItem).optional(),
  /** Bytes it freed. */
  freed: z.number().min(0).optional()
})
export type JobResult = z.infer<typeof JobResult>

export const Job = z.object({
  id: z.uuid(),
  kind: JobKind,
  /** What it is about; `jobTitle` makes the title of it. */
  subject: JobSubject,
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** What it does now; `stageText` has the words. */
  stage: Stage,
  /** 0 to 100, where the stage can tell. */
  percent: z.number().min(0).max(100).optional(),
  /** Bytes done of those the stage has to do, where it counts bytes. */
  bytes: z.object({ done: z.number().min(0), total: z.number().min(0) }).optional(),
  /** While it waits and can be undone by cancelling it: until when, in milliseconds since the epoch by the host's clock. */
  undoableUntil: z.number().optional(),
  /** Its stages so far with their beginnings, the present one last; at most 30. */
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

/** A job that is over, of any host of this home, as it is kept: without its output and its findings. */
export const PastJob = Job.extend({
  /** `interrupted`: its host was gone before the job had ended. */
  state: z.enum(['done', 'failed', 'cancelled', 'interrupted'])
})
export type PastJob = z.infer<typeof PastJob>

/** Jobs that are kept over restarts. */
export const KEPT_PAST_JOBS = 500

export const jobsContract = {
  /** Running ones and the last 100 ended ones, newest first. */
  list: oc.output(z.array(Job)),
  /** The last 500 jobs of this home that are over, also those of other hosts and earlier ones, newest first. */
  history: oc.output(z.array(PastJob)),
  /** NOT_FOUND for a job that is too old or never was. */
  get: oc.input(z.object({ id: z.uuid() })).output(Job),
  /** One job until it has ended, or (without `id`) every job of the host for as long as one listens; conflated. */
  watch: oc.input(z.object({ id: z.uuid().optional() })).output(eventIterator(Job)),
  /** Asks a running job to stop; it ends as `cancelled` once it has cleaned up. */
  cancel: oc.input(z.object({ id: z.uuid() })).output(z.void())
}
