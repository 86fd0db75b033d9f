/** The one button of the header: names the next sensible step for the project in the window. */
import type { Finding } from '#shared/finding.ts'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import { plural } from './humanise.ts'

export interface Situation {
  readonly project: boolean
  /** Findings of the text in the window; undefined while they are not known. */
  readonly findings: readonly Finding[] | undefined
  readonly unsaved: boolean
  /** The last local run of the project, and the job that started it. */
  readonly instance: Instance | undefined
  readonly job: Job | undefined
}

export type NextStep = { readonly label: string } & (
  | { readonly kind: 'open-project' | 'run' | 'save-and-run' }
  | { readonly kind: 'fix'; readonly finding: Finding }
  | { readonly kind: 'wait'; readonly jobId: string | undefined; readonly percent: number | undefined }
  | { readonly kind: 'open-app'; readonly url: string }
)

export function nextStep({ project, findings, unsaved, instance, job }: Situation): NextStep {
  if (!project) return { kind: 'open-project', label: 'Open a folder' }
  if (job?.state === 'running') {
    return { kind: 'wait', jobId: job.id, percent: job.percent, label: progress(job.stage, job.percent) }
  }
  if (instance?.state === 'starting') {
    return {
      kind: 'wait',
      jobId: undefined,
      percent: instance.percent,
      label: progress('Starting', instance.percent)
    }
  }
  const errors = findings?.filter(finding => finding.severity === 'error') ?? []
  const [first] = errors
  if (first) return { kind: 'fix', finding: first, label: `Fix ${plural(errors.length, 'problem')}` }
  if (unsaved)
    return {
      kind: 'save-and-run',
      label: instance?.state === 'ready' ? 'Save and run again' : 'Save and run'
    }
  if (instance?.state === 'ready' && instance.url !== '') {
    return { kind: 'open-app', url: instance.url, label: 'Open app' }
  }
  return { kind: 'run', label: 'Run locally' }
}

function progress(stage: string, percent: number | undefined): string {
  const words = stage || 'Starting'
  return percent === undefined ? `${words}…` : `${words}… ${Math.round(percent)} %`
}
