/** Derives an instance's state from its record, its launcher's file and the engine's report. No side effects. */

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
  /** The process that is starting or stopping it now. */
  readonly actor: 'none' | 'alive' | 'gone'
  readonly launcher: LauncherState | undefined
  /** `unknown` if the engine could not be asked; `why` gives the reason. */
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
  // The launcher's end counts only if its process is gone: an app can write that file too, and go on running.
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
  // The engine may not see an instance yet that is being started.
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
  // A living process is stopping it. If that process was killed before it could stop it, the app still runs.
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
    // The launcher only knows that it was asked to end. A stop by the user is first written to the record.
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

/** For an instance that was to be stopped when its engine was no longer running. */
export const goneWithEngine = (): Reason => ({
  code: 'interrupted',
  message: t`Docker is not running any more, and nothing answers at its address: it ended with Docker.`,
  hint: t`Start it again when Docker runs.`
})

/** The same for an instance that was started in another Docker than the present one. */
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
