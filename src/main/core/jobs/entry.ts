/** One job of the registry: what is shown of it, and what its work is given to report with. */
import { randomUUID } from 'node:crypto'
import type { Job, JobResult } from '#shared/job.ts'
import type { NewSubject } from '#shared/job-title.ts'
import { isSameStage, type ReportedStage, type Stage } from '#shared/stage.ts'

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
  /** Reports a part of the result before the end, such as the instance whose log can be read already. */
  found(part: JobResult): void
}

/** A job and what only its registry knows. */
export interface Entry {
  job: Job
  /** The time as this job counts it: what it took stays true where the clock is set meanwhile. */
  readonly time: () => string
  readonly controller: AbortController
  done: Promise<void>
  /** Resolves once the first record is written. */
  recorded: Promise<void>
}

/** A job that begins now; its first record is not written yet. */
export function newEntry(kind: Job['kind'], subject: NewSubject, now: Date): Entry {
  const time = steadyTime(now)
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
  const controller = new AbortController()
  return { job, time, controller, done: Promise.resolve(), recorded: Promise.resolve() }
}

/** What changes when a job ends, whatever came of it. */
export function ended({ time }: Entry): Partial<Job> {
  return { endedAt: time(), undoableUntil: undefined }
}

/** What the work of a job is given; `update` changes the job and shows that. */
export function contextOf(entry: Entry, update: (change: Partial<Job>) => void): JobContext {
  return {
    signal: entry.controller.signal,
    stage: (stage, percent, bytes) =>
      update({
        ...{ stage, percent, bytes, stages: withStage(entry, stage) },
        undoableUntil: stage.code === 'undo-wait' ? stage.until : undefined
      }),
    log: line => update({ log: [...entry.job.log, line].slice(-KEPT_LOG_LINES) }),
    found: part => update({ result: { ...entry.job.result, ...part } })
  }
}

function withStage({ job: { stages }, time }: Entry, stage: Stage): Job['stages'] {
  const last = stages.at(-1)
  if (last && isSameStage(last.stage, stage)) return stages
  return [...stages, { stage, startedAt: time() }].slice(-KEPT_STAGES)
}

/** The time since a moment by a clock nobody can set. */
function steadyTime(begun: Date): () => string {
  const at = performance.now()
  return () => new Date(begun.getTime() + performance.now() - at).toISOString()
}
