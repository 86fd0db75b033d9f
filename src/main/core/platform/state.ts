/** What state an instance is in, from its record, what its launcher wrote, and what the engine sees. No side effects. */

import type { LauncherState } from '#core/platform/run-folder.ts'
import type { EngineStatus } from '#core/ports.ts'
import type { Instance, InstanceState, Reason } from '#shared/instance.ts'
import { isEnded } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'

export interface Evidence {
  readonly record: {
    readonly state: InstanceState
    readonly reason?: Reason | undefined
    readonly route: string
  }
  /** The process that is just starting or stopping it. */
  readonly actor: 'none' | 'alive' | 'gone'
  readonly launcher: LauncherState | undefined
  /** `unknown` when the engine could not be asked; `reason` says why. */
  readonly engine: EngineStatus | { readonly kind: 'unknown'; readonly why: string }
}

export interface Derived {
  readonly state: InstanceState
  readonly phase?: Instance['phase']
  readonly percent?: number | undefined
  readonly reason?: Reason | undefined
  readonly route: string
  readonly memoryUsed?: number | undefined
  readonly engineGone?: string | undefined
}

export function deriveState({ record, actor, launcher, engine }: Evidence): Derived {
  const route = launcher?.route ?? record.route
  if (isEnded(record)) return { state: record.state, reason: record.reason, route }
  // Only once it is gone its word about the end counts: an app can write it, too, and go on.
  if (launcher?.phase === 'ended' && engine.kind !== 'running') {
    return { ...endedAs(launcher.exit, record.state), route }
  }
  if (engine.kind === 'unknown') {
    return {
      ...livingState(record.state, actor, launcher),
      route,
      engineGone: engine.why
    }
  }
  if (engine.kind === 'running') {
    const memoryUsed = engine.memoryUsed ?? launcher?.memoryUsed
    return { ...livingState(record.state, actor, launcher), route, memoryUsed }
  }
  // The engine may not see yet what is just being started.
  if (record.state === 'starting' && actor === 'alive') {
    return { ...livingState(record.state, actor, launcher), route }
  }
  if (record.state === 'stopping') return { state: 'stopped', reason: stopped(), route }
  return { state: 'failed', reason: vanished(engine, actor === 'gone' && !launcher), route }
}

export const stopped = (): Reason => ({ code: 'stopped-by-user', message: t`It was stopped.` })

function livingState(
  recorded: InstanceState,
  actor: Evidence['actor'],
  launcher: LauncherState | undefined
): Omit<Derived, 'route'> {
  // Asked to stop by a process that lives; one that was killed before it could ask leaves the app running.
  if ((recorded === 'stopping' && actor === 'alive') || launcher?.phase === 'stopping') {
    return { state: 'stopping' }
  }
  if (launcher?.phase === 'ended' && recorded === 'stopping') return { state: 'stopping' }
  if (!launcher || launcher.phase === 'ended') {
    return recorded === 'ready' ? { state: 'ready' } : { state: 'starting', phase: 'waiting' }
  }
  if (launcher.phase === 'ready') return { state: 'ready' }
  return { state: 'starting', phase: launcher.phase, percent: launcher.percent }
}

function endedAs(exit: LauncherState['exit'], recorded: InstanceState): Omit<Derived, 'route'> {
  if (exit?.code === 'stopped-by-user') {
    // The launcher only knows that it was asked to end. Whoever asks for the user says so in the record first.
    return {
      state: 'stopped',
      reason: recorded === 'stopping' ? { ...stopped(), ...exit } : endedFromOutside()
    }
  }
  if (exit) return { state: 'failed', reason: exit }
  if (recorded === 'stopping') return { state: 'stopped', reason: stopped() }
  return { state: 'failed', reason: interrupted() }
}

const endedFromOutside = (): Reason => ({
  code: 'interrupted',
  message: t`It was ended from outside: Docker or the computer was shut down, or somebody ended it by hand.`,
  hint: t`Start it again.`
})

/** For one that was asked to stop when its engine was no longer there to be asked. */
export const goneWithEngine = (): Reason => ({
  code: 'interrupted',
  message: t`Docker is not running any more, and nothing answers at its address: it ended with Docker.`,
  hint: t`Start it again when Docker runs.`
})

/** As above, for one that was started in another Docker than the one that is asked now. */
export const endedElsewhere = (): Reason => ({
  code: 'interrupted',
  message: t`It was started in another Docker, and nothing answers at its address: it ended there.`,
  hint: t`Start it again.`
})

const interrupted = (): Reason => ({
  code: 'interrupted',
  message: t`It ended without a word: its launcher was killed, or the computer was restarted.`,
  hint: t`Start it again.`
})

function vanished(engine: EngineStatus, beforeItBegan: boolean): Reason {
  if (engine.kind === 'exited' && engine.outOfMemory) {
    return {
      code: 'out-of-memory',
      message: t`It used more memory than its limit allows and was killed.`,
      hint: t`Raise MemoryLimit in the manifest, or make the app use less.`,
      ...(engine.exitCode === undefined ? {} : { exitCode: engine.exitCode })
    }
  }
  if (beforeItBegan) {
    return {
      code: 'interrupted',
      message: t`q8s was ended while it started the app.`,
      hint: t`Start it again.`
    }
  }
  const exitCode = engine.kind === 'exited' ? engine.exitCode : undefined
  return exitCode === undefined ? interrupted() : { ...interrupted(), exitCode }
}
