/** The registry of jobs: long work that belongs to the host, watched by any number of clients, cancelled by its ID. */
import { randomUUID } from 'node:crypto'
import { AppError, isCancelled, reportOf } from '#shared/errors.ts'
import type { Job, JobResult, PastJob } from '#shared/job.ts'
import type { NewSubject } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import { isSameStage, type ReportedStage, type Stage } from '#shared/stage.ts'
import { createSignal } from '../async/emitter.ts'
import type { JobHistory } from './history.ts'

const KEPT_JOBS = 100
const KEPT_LOG_LINES = 200
const KEPT_STAGES = 30

/** What the body of a job gets. */
export interface JobContext {
  /** Aborts when the job is cancelled or the host closes. */
  readonly signal: AbortSignal
  /** Says what it does now; `percent` from 0 to 100 and `bytes` of how many, where they are known. */
  stage(stage: ReportedStage, percent?: number, bytes?: Job['bytes']): void
  /** Appends a line to the job's log. */
  log(line: string): void
  /** Tells a part of the result before the end, such as the instance whose log can be read already. */
  found(part: JobResult): void
}

export interface Jobs {
  /** Starts the work and returns at once. Whatever it throws becomes the job's error. */
  start(kind: Job['kind'], subject: NewSubject, work: (job: JobContext) => Promise<JobResult>): Job
  /**
   * What answers the call that started a job. Waits until its first record is on disk, so that no job a client was told of
   * is missing after the host was killed.
   */
  acknowledged(job: Job): Promise<{ jobId: string }>
  list(): Job[]
  /** Those that are over, of every host of this home; none where nothing keeps them. */
  history(): Promise<PastJob[]>
  get(id: string): Job
  cancel(id: string): void
  /** Snapshots of one job until it has ended, or of every job until `signal` aborts. Conflated: the latest wins. */
  watch(id: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<Job>
  /** Cancels what runs and waits until it has cleaned up. */
  close(): Promise<void>
}

interface Entry {
  job: Job
  /** The time as this job counts it: what it took stays true where the clock is set meanwhile. */
  readonly time: () => string
  readonly controller: AbortController
  done: Promise<void>
  /** Resolves once the first record is written. */
  recorded: Promise<void>
}

export function createJobs(
  now: () => Date = () => new Date(),
  onBug: (error: unknown) => void = () => {},
  history?: JobHistory
): Jobs {
  const entries = new Map<string, Entry>()
  const changes = createSignal<string>()

  function update(entry: Entry, change: Partial<Job>) {
    const before = entry.job
    entry.job = { ...before, ...change }
    if (before.state !== entry.job.state || before.stages !== entry.job.stages) void history?.keep(entry.job)
    changes.emit(entry.job.id)
  }

  function forgetOld() {
    const ended = [...entries.values()].filter(entry => entry.job.state !== 'running')
    for (const entry of ended.slice(0, Math.max(0, ended.length - KEPT_JOBS))) entries.delete(entry.job.id)
  }

  function contextOf(entry: Entry): JobContext {
    return {
      signal: entry.controller.signal,
      stage: (stage, percent, bytes) =>
        update(entry, {
          ...{ stage, percent, bytes, stages: withStage(entry, stage) },
          undoableUntil: stage.code === 'undo-wait' ? stage.until : undefined
        }),
      log: line => update(entry, { log: [...entry.job.log, line].slice(-KEPT_LOG_LINES) }),
      found: part => update(entry, { result: { ...entry.job.result, ...part } })
    }
  }

  async function run(entry: Entry, work: (job: JobContext) => Promise<JobResult>) {
    try {
      const last = await work(contextOf(entry))
      const result = { ...entry.job.result, ...last }
      update(entry, { ...ended(entry), state: 'done', result, percent: 100 })
    } catch (error) {
      const cancelled =
        entry.controller.signal.aborted && (isCancelled(error) || !(error instanceof AppError))
      const report = reportOf(error)
      if (report.code === 'INTERNAL' && !cancelled) onBug(error)
      update(entry, {
        ...ended(entry),
        state: cancelled ? 'cancelled' : 'failed',
        error: cancelled
          ? { code: 'CANCELLED', message: t`Cancelled.` }
          : { ...report, data: report.data && { ...report.data } }
      })
    }
    forgetOld()
  }

  function ended({ time }: Entry): Partial<Job> {
    return { endedAt: time(), undoableUntil: undefined }
  }

  function withStage({ job: { stages }, time }: Entry, stage: Stage): Job['stages'] {
    const last = stages.at(-1)
    if (last && isSameStage(last.stage, stage)) return stages
    return [...stages, { stage, startedAt: time() }].slice(-KEPT_STAGES)
  }

  function find(id: string): Entry {
    const entry = entries.get(id)
    if (!entry) throw new AppError('NOT_FOUND', t`There is no job ${id}.`, t`It may have ended long ago.`)
    return entry
  }

  async function* watch(id: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<Job> {
    const pending = new Set(id === undefined ? [...entries.keys()] : [find(id).job.id])
    const stopListening = changes.listen(changed => {
      if (id === undefined || changed === id) pending.add(changed)
    })
    try {
      for (;;) {
        for (const next of pending) {
          pending.delete(next)
          const job = entries.get(next)?.job
          if (job) yield job
          if (id !== undefined && job?.state !== 'running') return
        }
        if (pending.size === 0) await changes.next(signal)
      }
    } catch (error) {
      if (!signal?.aborted) throw error
    } finally {
      stopListening()
    }
  }

  return {
    start(kind, subject, work) {
      const time = steadyTime(now())
      const job: Job = {
        id: randomUUID(),
        kind,
        subject,
        state: 'running',
        stage: { code: 'preparing' },
        stages: [],
        startedAt: time(),
        log: []
      }
      const entry: Entry = {
        ...{ job, time, controller: new AbortController() },
        ...{ done: Promise.resolve(), recorded: history?.keep(job) ?? Promise.resolve() }
      }
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
    watch,
    async close() {
      for (const entry of entries.values())
        entry.controller.abort(new AppError('CANCELLED', t`The host is closing.`))
      await Promise.all([...entries.values()].map(entry => entry.done))
      await history?.settled()
    }
  }
}

/** The time since a moment by a clock nobody can set. */
function steadyTime(begun: Date): () => string {
  const at = performance.now()
  return () => new Date(begun.getTime() + performance.now() - at).toISOString()
}
