/** What a job is about: a code with arguments. Together with the job's kind it makes the title. */
import { z } from 'zod'
import { t } from './language.ts'

export const JobKind = z.enum([
  'bundle',
  'import',
  'deploy',
  'run',
  'runtime-build',
  'runtime-save',
  'runtime-load',
  'stop',
  'start',
  'restart',
  'remove',
  'clean-up',
  'update'
])
export type JobKind = z.infer<typeof JobKind>

export const JobSubject = z.discriminatedUnion('code', [
  /** The kind is enough: the runtime image, a clean-up. */
  z.object({ code: z.literal('none') }),
  /** One project, bundle, app, instance or version, by its name. */
  z.object({ code: z.literal('name'), name: z.string() }),
  z.object({ code: z.enum(['instances', 'apps']), count: z.int().min(0) }),
  /** The whole title, from a job record older than title codes. Not for new jobs. */
  z.object({ code: z.literal('text'), text: z.string() })
])
export type JobSubject = z.infer<typeof JobSubject>

/** A subject that a new job can have. */
export type NewSubject = Exclude<JobSubject, { code: 'text' }>

const TITLES: Readonly<Record<JobKind, (what: string) => string>> = {
  bundle: what => t`Bundle ${what}`,
  import: what => t`Import ${what}`,
  deploy: what => t`Deploy ${what}`,
  run: what => t`Run ${what}`,
  'runtime-build': () => t`Build the runtime image`,
  'runtime-save': () => t`Save the runtime image`,
  'runtime-load': () => t`Load the runtime image`,
  stop: what => t`Stop ${what}`,
  start: what => t`Start ${what}`,
  restart: what => t`Restart ${what}`,
  remove: what => t`Remove ${what}`,
  'clean-up': () => t`Clean up`,
  update: what => t`Download q8s Desktop ${what}`
}

interface TitledJob {
  readonly kind: JobKind
  readonly subject: JobSubject
}

/** `Import Q Peak`, `Stop 12 instances`: in the reader's language. */
export function jobTitle({ kind, subject }: TitledJob): string {
  return subject.code === 'text' ? subject.text : TITLES[kind](subjectText(subject))
}

function subjectText(subject: NewSubject): string {
  switch (subject.code) {
    case 'none':
      return ''
    case 'name':
      return subject.name
    case 'instances':
      return t`${subject.count} instances`
    case 'apps':
      return t`${subject.count} apps`
  }
}
