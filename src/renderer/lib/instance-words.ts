/** The state of an instance in words, with the tone and the shape that go with them. */
import type { Instance, Reason } from '#shared/instance.ts'
import { withoutStamp } from '#shared/version.ts'
import { bytes, exactBytes } from './humanise.ts'

export type Tone = 'good' | 'busy' | 'bad' | 'off'

export interface StateWords {
  readonly tone: Tone
  /** `Ready`, `Installing 62 %`, `Out of memory at 500 MiB, restarted 3 times`. */
  readonly text: string
}

const PHASES = {
  waiting: 'Waiting',
  fetching: 'Fetching',
  unpacking: 'Unpacking',
  installing: 'Installing',
  starting: 'Starting'
} as const satisfies Record<NonNullable<Instance['phase']>, string>

const REASONS = {
  'stopped-by-user': 'Stopped by you',
  'out-of-memory': 'Out of memory',
  'exited-without-serving': 'Exited without serving',
  'app-crashed': 'Crashed',
  'import-error': 'Module failed to load',
  'install-failed': 'Install failed',
  'bundle-invalid': 'Bundle refused',
  'server-failed': 'Server failed',
  'engine-unavailable': 'Engine unavailable',
  'start-failed': 'Could not start',
  interrupted: 'Interrupted',
  timeout: 'Not ready in time'
} as const satisfies Record<Reason['code'], string>

export function stateWords(instance: Instance): StateWords {
  const words = wordsOf(instance)
  // Nobody can see how it is: its last state is no good news, and no bad news either.
  return instance.engineGone === undefined ? words : { tone: 'off', text: `${words.text} when last seen` }
}

function wordsOf(instance: Instance): StateWords {
  switch (instance.state) {
    case 'ready':
      return { tone: 'good', text: `Ready${restarts(instance)}` }
    case 'starting':
      return { tone: 'busy', text: startingText(instance) }
    case 'stopping':
      return { tone: 'busy', text: 'Stopping' }
    case 'stopped':
      return { tone: 'off', text: instance.reason ? reasonText(instance) : 'Stopped' }
    case 'failed':
      return {
        tone: 'bad',
        text: `${instance.reason ? reasonText(instance) : 'Failed'}${restarts(instance)}`
      }
  }
}

/** What tells it from other instances of its app: `1.0.0 · 2442f3ba`. */
export function instanceMark({ app, id }: Pick<Instance, 'app' | 'id'>): string {
  return `${withoutStamp(app.version)} · ${id.slice(0, 8)}`
}

/** Why it is so, for the hover; with the exact limit where the words round it. */
export function stateWhy({ reason, engineGone, memory }: Instance): string | undefined {
  if (reason?.code !== 'out-of-memory' || !memory.limit) return reason?.message ?? engineGone
  return `${reason.message} Its limit is ${exactBytes(memory.limit)}.`
}

/** True while it holds a port and memory. */
export function isRunning(instance: Instance): boolean {
  return instance.state === 'starting' || instance.state === 'ready' || instance.state === 'stopping'
}

function startingText(instance: Instance): string {
  const phase = PHASES[instance.phase ?? 'starting']
  return instance.percent === undefined ? phase : `${phase} ${Math.round(instance.percent)} %`
}

function reasonText({ reason, memory }: Instance): string {
  if (!reason) return ''
  const words = REASONS[reason.code]
  return reason.code === 'out-of-memory' && memory.limit ? `${words} at ${bytes(memory.limit)}` : words
}

/** A project that is run again was not restarted: it is another try. */
function restarts({ restarts: times, ephemeral }: Instance): string {
  if (times === 0 || ephemeral) return ''
  return times === 1 ? ', restarted once' : `, restarted ${times} times`
}
