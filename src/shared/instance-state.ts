/** What the state of an instance means, said once. */
import type { InstanceState } from './reason.ts'

interface WithState {
  readonly state: InstanceState
}

/** It holds no port and no memory any more, and can be started again or removed. */
export function isEnded<T extends WithState>(
  instance: T
): instance is T & { readonly state: 'stopped' | 'failed' } {
  return instance.state === 'stopped' || instance.state === 'failed'
}

/** It holds a port and memory: also while it stops. */
export function isRunning(instance: WithState): boolean {
  return !isEnded(instance)
}

/** It runs, and was not asked to stop: these are the ones to stop, or to start again after an undo. */
export function isStartingOrReady({ state }: WithState): boolean {
  return state === 'starting' || state === 'ready'
}
