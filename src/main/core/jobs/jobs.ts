/** The registry of jobs: long work that belongs to the host, can be watched by many clients and cancelled by ID. */
import { AppError, isCancelled, reportOf } from '#shared/errors.ts'
import type { Job, JobResult, PastJob } from '#shared/job.ts'
import type { NewSubject } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import { createEmitter } from '../async/emitter.ts'
import { contextOf, type Entry, ended, type JobContext, newEntry } from './entry.ts'
import type { JobHistory } from './history.ts'
import { watchJobs } from './watch.ts'

export type { JobContext } from './entry.ts'

const KEPT_JOBS = 100

export interface Jobs {
  /** Starts the work and returns at once. An error it throws becomes the job's error. */
  start(kind: Job['kind'], subject: NewSubject, work: (job: JobContext) => Promise<JobResult>): Job
  /**
   * The answer to the call that started a job. Waits until the job's first record is on disk, so that a job known to a
   * client is not missing after the host was killed.
   */
  acknowledged(job: Job): Promise<{ jobId: string }>
  list(): Job[]
  /** Ended jobs of every host of this home; empty if jobs are not stored. */
  history(): Promise<PastJob[]>
  get(id: string): Job
  cancel(id: string): void
  /**
   * Snapshots of one job until it has ended, or of every job until `signal` aborts. Slow readers get only the latest.
   */
  watch(id: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<Job>
  /** Cancels running jobs and waits until they have cleaned up. */
  close(): Promise<void>
}

export function createJobs(
  now: () => Date = () => new Date(),
  onBug: (error: unknown) => void = () => {},
  history?: JobHistory
): Jobs {
  const entries = new Map<string, Entry>()
  const changes = createEmitter<string>()

  function update(entry: Entry, change: Partial<Job>) {
    const before = entry.job
    entry.job = { ...before, ...change }
    if (before.state !== entry.job.state || before.stages !== entry.job.stages) void history?.keep(entry.job)
    changes.emit(entry.job.id)
  }

  function forgetOld() {
    const over = [...entries.values()].filter(entry => entry.job.state !== 'running')
    for (const entry of over.slice(0, Math.max(0, over.length - KEPT_JOBS))) entries.delete(entry.job.id)
  }

  async function run(entry: Entry, work: (job: JobContext) => Promise<JobResult>) {
    try {
      const last = await work(contextOf(entry, change => update(entry, change)))
      const result = { ...entry.job.result, ...last }
      update(entry, { ...ended(entry), state: 'done', result, percent: 100 })
    } catch (error) {
      update(entry, { ...ended(entry), ...failureOf(error, entry.controller.signal, onBug) })
    }
    forgetOld()
  }

  function find(id: string): Entry {
    const entry = entries.get(id)
    if (!entry) throw new AppError('NOT_FOUND', t`There is no job ${id}.`, t`It may have ended long ago.`)
    return entry
  }

  return {
    start(kind, subject, work) {
      const entry = newEntry(kind, subject, now())
      const { job } = entry
      entry.recorded = history?.keep(job) ?? entry.recorded
      entries.set(job.id, entry)
      entry.done = run(entry, work)
      changes.emit(job.id)
      return entry.job
    },
    async acknowledged({ id }) {
      await entries.get(id)?.recorded
      return { jobId: id }
    },
    list: () => [...entries.values()].map(entry => entry.job).reverse(),
    history: async () => (await history?.list()) ?? [],
    get: id => find(id).job,
    cancel: id => find(id).controller.abort(new AppError('CANCELLED', t`Cancelled.`)),
    async *watch(id, signal) {
      if (id !== undefined) find(id)
      yield* watchJobs(entries, changes, id, signal)
    },
    async close() {
      for (const entry of entries.values())
        entry.controller.abort(new AppError('CANCELLED', t`The host is closing.`))
      await Promise.all([...entries.values()].map(entry => entry.done))
      await history?.settled()
    }
  }
}

/** The final state of a failed or cancelled job. An error that is neither an AppError nor a cancellation is a bug. */
function failureOf(
  error: unknown,
  signal: AbortSignal,
  onBug: (error: unknown) => void
): Pick<Job, 'state' | 'error'> {
  if (signal.aborted && (isCancelled(error) || !(error instanceof AppError))) {
    return { state: 'cancelled', error: { code: 'CANCELLED', message: t`Cancelled.` } }
  }
  const report = reportOf(error)
  if (report.code === 'INTERNAL') onBug(error)
  return { state: 'failed', error: { ...report, data: report.data && { ...report.data } } }
}
