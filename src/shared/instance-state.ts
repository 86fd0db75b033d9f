/** What the state of an instance means; the only definitions. */
import type { InstanceState } from './reason.ts'

interface WithState {
  readonly state: InstanceState
}

/** It no longer holds a port or memory, and can be started again or removed. */
export function isEnded<T extends WithState>(
  instance: T
): instance is T & { readonly state: 'stopped' | 'failed' } {
  return instance.state === 'stopped' || instance.state === 'failed'
}

/** It holds a port and memory, also while it stops. */
export function isRunning(instance: WithState): boolean {
  return !isEnded(instance)
}

/** It runs, and no stop was requested. These are the instances to stop, or to start again after an undo. */
export function isStartingOrReady({ state }: WithState): boolean {
  return state === 'starting' || state === 'ready'
}
