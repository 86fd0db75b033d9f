/** Stores jobs across restarts. Jobs do not wait for their records, and do not fail if a record cannot be written. */
import type { Job, PastJob } from '#shared/job.ts'
import type { JobSubject } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import type { JobRecords, SecretValues } from '../ports.ts'
import { createRedact, type Redact } from '../support/redact.ts'

export interface JobHistory {
  /**
   * Stores the job's present state; if several states wait to be written, only the newest is. Resolves when it is on
   * disk or could not be written.
   */
  keep(job: Job): Promise<void>
  list(): Promise<PastJob[]>
  /** Waits until everything is written. */
  settled(): Promise<void>
}

interface Sources {
  readonly records: () => Promise<JobRecords>
  /** Whether jobs are stored at all now. */
  readonly isKept?: () => boolean
  readonly secretValues: () => Promise<SecretValues>
  /** Called once with the error if jobs cannot be stored. */
  readonly onTrouble: (error: unknown) => void
}

interface Waiting {
  readonly job: Job
  readonly written: Promise<void>
  readonly resolve: () => void
}

function newWaiting(): Omit<Waiting, 'job'> {
  let resolve = () => {}
  const written = new Promise<void>(done => {
    resolve = done
  })
  return { written, resolve }
}

const unknownError = () => t`Why is not kept: not all secret values could be read to take them out.`

export function createJobHistory({
  records,
  secretValues,
  onTrouble,
  isKept = () => true
}: Sources): JobHistory {
  const waiting = new Map<string, Waiting>()
  let writing: Promise<void> | undefined
  let isReported = false

  async function write() {
    for (const [id, { job, resolve }] of waiting) {
      waiting.delete(id)
      try {
        const { values, problem } = await secretValues()
        await (await records()).write(keptOf(job, createRedact(values), problem !== undefined))
      } catch (error) {
        if (!isReported) onTrouble(error)
        isReported = true
      }
      resolve()
    }
    writing = undefined
  }

  return {
    keep(job) {
      if (!isKept()) return Promise.resolve()
      const next = { ...(waiting.get(job.id) ?? newWaiting()), job }
      waiting.set(job.id, next)
      writing ??= Promise.resolve().then(write)
      return next.written
    },
    list: async () => (await records()).list(),
    async settled() {
      await writing
    }
  }
}

/**
 * The job without its output and findings. Texts from outside are redacted, or left out if they cannot be redacted
 * safely.
 */
function keptOf(job: Job, redact: Redact, isUnsure: boolean): Job {
  const { appId, instanceId, file, sha256, freed } = job.result ?? {}
  const { code, message, hint, data } = job.error ?? {}
  const failedInstance = data?.instanceId
  return {
    ...job,
    subject: redacted(job.subject, redact),
    // Stages contain no texts from outside: their arguments are numbers and codes.
    stages: job.stages.slice(-1),
    undoableUntil: undefined,
    log: [],
    result: job.result && { appId, instanceId, file: file && redact(file), sha256, freed },
    error: code && {
      code,
      message: isUnsure ? unknownError() : redact(message ?? ''),
      hint: isUnsure ? undefined : hint && redact(hint),
      data: typeof failedInstance === 'string' ? { instanceId: failedInstance } : undefined
    }
  }
}

function redacted(subject: JobSubject, redact: Redact): JobSubject {
  return subject.code === 'name' ? { ...subject, name: redact(subject.name) } : subject
}
