/** One job of the registry: its public state, and the functions its work reports with. */
import { randomUUID } from 'node:crypto'
import type { Job, JobResult } from '#shared/job.ts'
import type { NewSubject } from '#shared/job-title.ts'
import { isSameStage, type ReportedStage, type Stage } from '#shared/stage.ts'

const KEPT_LOG_LINES = 200
const KEPT_STAGES = 30

/** What a job's work receives. */
export interface JobContext {
  /** Aborts when the job is cancelled or the host closes. */
  readonly signal: AbortSignal
  /** Reports the current stage; `percent` is from 0 to 100, `bytes` are done and total, both only if known. */
  stage(stage: ReportedStage, percent?: number, bytes?: Job['bytes']): void
  /** Appends a line to the job's log. */
  log(line: string): void
  /** Reports a part of the result before the end, such as the instance whose log can already be read. */
  found(part: JobResult): void
}

/** A job, and what only the registry knows about it. */
export interface Entry {
  job: Job
  /** The job's own clock: its duration stays correct even if the system clock is changed. */
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

/** The changes when a job ends, whether it succeeded or not. */
export function ended({ time }: Entry): Partial<Job> {
  return { endedAt: time(), undoableUntil: undefined }
}

/** The functions for the job's work; `update` changes the job and notifies watchers. */
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

/** The time since a moment, by a monotonic clock that cannot be set. */
function steadyTime(begun: Date): () => string {
  const at = performance.now()
  return () => new Date(begun.getTime() + performance.now() - at).toISOString()
}
