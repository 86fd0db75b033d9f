/** Labels and tones for the status of jobs. */
import type { Job, PastJob } from '#shared/job.ts'
import { jobTitle } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import type { Tone } from './instance.ts'
import { jobStatusOf } from './job-status.ts'

interface JobWords {
  readonly tone: Tone
  /** `Done`. */
  readonly text: string
  /** The same after a title: `Import Hello Wave: done`. */
  readonly behind: string
}

const WORDS = {
  running: { tone: 'busy', text: t`Running`, behind: t`running` },
  done: { tone: 'good', text: t`Done`, behind: t`done` },
  failed: { tone: 'bad', text: t`Failed`, behind: t`failed` },
  stopped: { tone: 'off', text: t`Stopped`, behind: t`stopped` },
  cancelled: { tone: 'off', text: t`Cancelled`, behind: t`cancelled` },
  interrupted: { tone: 'bad', text: t`Interrupted`, behind: t`interrupted` }
} as const satisfies Record<ReturnType<typeof jobStatusOf>, JobWords>

export function jobWords(job: Job | PastJob): JobWords {
  return WORDS[jobStatusOf(job)]
}

/** `Import Hello Wave: done` */
export function jobLine(job: Job): string {
  return `${jobTitle(job)}: ${jobWords(job).behind}`
}
