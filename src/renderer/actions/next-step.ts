/** The header's main button: names the next sensible step for the project in the window. */
import type { App } from '#shared/app.ts'
import type { Finding } from '#shared/finding.ts'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import type { Job } from '#shared/job.ts'
import { t } from '#shared/language.ts'
import { stageText } from '#shared/stage.ts'
import { plural } from '../labels/humanise.ts'

export interface Situation {
  readonly project: boolean
  /** Findings of the text in the window; undefined while they are not known. */
  readonly findings: readonly Finding[] | undefined
  readonly unsaved: boolean
  /** The last local run of the project, and the job that started it. */
  readonly instance: Instance | undefined
  readonly job: Job | undefined
  /** True if the running app was opened from this window. */
  readonly opened: boolean
  /** The manifest's version, and the apps of its Name that are published. */
  readonly version: string | undefined
  /** The version after `version`; undefined if `version` is not a semver version. */
  readonly nextVersion: string | undefined
  readonly published: readonly App[]
}

export type NextStep = { readonly label: string } & (
  | { readonly kind: 'open-project' | 'run' | 'save-and-run' | 'publish' }
  | { readonly kind: 'fix'; readonly finding: Finding }
  | { readonly kind: 'wait'; readonly jobId: string | undefined; readonly percent: number | undefined }
  | { readonly kind: 'open-app'; readonly url: string; readonly instanceId: string }
  | { readonly kind: 'bump'; readonly from: string; readonly to: string }
)

export function nextStep(situation: Situation): NextStep {
  const { project, findings, unsaved, instance, job } = situation
  if (!project) return { kind: 'open-project', label: t`Open a folder` }
  if (job?.state === 'running') {
    return {
      kind: 'wait',
      jobId: job.id,
      percent: job.percent,
      label: progress(stageText(job.stage), job.percent)
    }
  }
  if (instance?.state === 'starting') {
    const { percent } = instance
    return { kind: 'wait', jobId: undefined, percent, label: progress(t`Starting`, percent) }
  }
  const errors = findings?.filter(finding => finding.severity === 'error') ?? []
  const [first] = errors
  if (first) return { kind: 'fix', finding: first, label: t`Fix ${plural(errors.length, 'problem')}` }
  const ready = instance?.state === 'ready' && instance.url !== '' ? instance : undefined
  if (unsaved) return { kind: 'save-and-run', label: ready ? t`Save and run again` : t`Save and run` }
  if (!ready) return { kind: 'run', label: t`Run locally` }
  return (situation.opened && afterUse(situation)) || openApp(ready)
}

/** The step after the user has opened the running app: publish it, unless exactly this bundle is published already. */
function afterUse({ job, version, nextVersion, published }: Situation): NextStep | undefined {
  const sha256 = job?.result?.sha256
  if (version === undefined || sha256 === undefined) return undefined
  if (published.some(app => app.bundle.sha256 === sha256)) return undefined
  if (!published.some(app => app.version === version))
    return { kind: 'publish', label: t`Publish ${version}` }
  if (nextVersion === undefined) return undefined
  return { kind: 'bump', from: version, to: nextVersion, label: t`Bump to ${nextVersion}` }
}

/** The label of the run button beside the project's last local run. */
export function runLabel(instance: Instance | undefined): string {
  return instance && isRunning(instance) ? t`Run again` : t`Run locally`
}

/** The same label for a key or the palette; undefined while a run is starting, so that it does not start twice. */
export function runCommand(step: NextStep, instance: Instance | undefined): string | undefined {
  return step.kind === 'wait' ? undefined : runLabel(instance)
}

function openApp({ id, url }: Instance): NextStep {
  return { kind: 'open-app', url, instanceId: id, label: t`Open app` }
}

function progress(stage: string, percent: number | undefined): string {
  return percent === undefined ? `${stage}…` : `${stage}… ${Math.round(percent)} %`
}
