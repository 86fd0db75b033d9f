/** Labels, tones and shapes for the states of instances. */
import type { Instance, Reason } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { withoutStamp } from '#shared/version.ts'
import { bytes, exactBytes } from './humanise.ts'

export type Tone = 'good' | 'busy' | 'bad' | 'off'

export interface StateLabel {
  readonly tone: Tone
  /** `Ready`, `Installing 62 %`, `Out of memory at 500 MiB, restarted 3 times`. */
  readonly text: string
}

const PHASES = {
  waiting: t`Waiting`,
  fetching: t`Fetching`,
  unpacking: t`Unpacking`,
  installing: t`Installing`,
  starting: t`Starting`
} as const satisfies Record<NonNullable<Instance['phase']>, string>

const REASONS = {
  'stopped-by-user': t`Stopped by you`,
  'out-of-memory': t`Out of memory`,
  'exited-without-serving': t`Exited without serving`,
  'app-crashed': t`Crashed`,
  'import-error': t`Module failed to load`,
  'install-failed': t`Install failed`,
  'bundle-invalid': t`Bundle refused`,
  'server-failed': t`Server failed`,
  'engine-unavailable': t`Engine unavailable`,
  'start-failed': t`Could not start`,
  interrupted: t`Interrupted`,
  timeout: t`Not ready in time`
} as const satisfies Record<Reason['code'], string>

/** The names of the states, for use inside a line. */
export const STATE_NAMES = {
  starting: t`starting`,
  ready: t`ready`,
  stopping: t`stopping`,
  stopped: t`stopped`,
  failed: t`failed`
} as const satisfies Record<Instance['state'], string>

export function stateLabel(instance: Instance): StateLabel {
  const label = labelOf(instance)
  // The current state is unknown, so the last state counts as neither good nor bad.
  return instance.engineGone === undefined ? label : { tone: 'off', text: t`${label.text} when last seen` }
}

function labelOf(instance: Instance): StateLabel {
  switch (instance.state) {
    case 'ready':
      return { tone: 'good', text: withRestarts(t`Ready`, instance) }
    case 'starting':
      return { tone: 'busy', text: startingText(instance) }
    case 'stopping':
      return { tone: 'busy', text: t`Stopping` }
    case 'stopped':
      return { tone: 'off', text: instance.reason ? reasonText(instance) : t`Stopped` }
    case 'failed':
      return {
        tone: 'bad',
        text: withRestarts(instance.reason ? reasonText(instance) : t`Failed`, instance)
      }
  }
}

/** Distinguishes it from other instances of its app: `1.0.0 · 2442f3ba`. */
export function instanceMark({ app, id }: Pick<Instance, 'app' | 'id'>): string {
  return `${withoutStamp(app.version)} · ${id.slice(0, 8)}`
}

/** The reason for the state, shown on hover; gives the exact limit if the label rounds it. */
export function stateWhy({ reason, engineGone, memory }: Instance): string | undefined {
  if (reason?.code !== 'out-of-memory' || !memory.limit) return reason?.message ?? engineGone
  return `${reason.message} ${t`Its limit is ${exactBytes(memory.limit)}.`}`
}

function startingText(instance: Instance): string {
  const phase = PHASES[instance.phase ?? 'starting']
  return instance.percent === undefined ? phase : `${phase} ${Math.round(instance.percent)} %`
}

function reasonText({ reason, memory }: Instance): string {
  if (!reason) return ''
  if (reason.code === 'out-of-memory' && memory.limit) return t`Out of memory at ${bytes(memory.limit)}`
  return REASONS[reason.code]
}

/** A second run of a project is not a restart, but another try. */
function withRestarts(label: string, { restarts, ephemeral }: Instance): string {
  if (restarts === 0 || ephemeral) return label
  return restarts === 1 ? t`${label}, restarted once` : t`${label}, restarted ${restarts} times`
}
