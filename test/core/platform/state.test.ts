/** The state of an instance, derived from what is known about it. */
import { describe, expect, test } from 'vitest'
import type { LauncherState } from '#core/platform/run-folder.ts'
import { deriveState, type Evidence } from '#core/platform/state.ts'

const launcher = (phase: LauncherState['phase'], more: Partial<LauncherState> = {}): LauncherState => ({
  version: 1,
  phase,
  pid: 1,
  startedAt: 1,
  ...more
})
const running = { kind: 'running' } as const
const absent = { kind: 'absent' } as const
const exited = { kind: 'exited', outOfMemory: false } as const
const unknown = { kind: 'unknown', why: 'Docker does not answer.' } as const
const stoppedExit = { code: 'stopped-by-user', message: 'Stopped.' } as const
const crashedExit = { code: 'app-crashed', message: 'Exit code 1.', exitCode: 1 } as const

function derive(state: Evidence['record']['state'], rest: Partial<Evidence> = {}) {
  return deriveState({
    record: { state, route: '/', ...rest.record },
    actor: 'none',
    launcher: undefined,
    engine: running,
    ...rest
  })
}

describe('while it runs', () => {
  test.each([
    ['fetching', { state: 'starting', phase: 'fetching' }],
    ['unpacking', { state: 'starting', phase: 'unpacking' }],
    ['installing', { state: 'starting', phase: 'installing' }],
    ['starting', { state: 'starting', phase: 'starting' }],
    ['ready', { state: 'ready' }],
    ['stopping', { state: 'stopping' }]
  ] as const)('the launcher says %s', (phase, expected) => {
    expect(derive('starting', { launcher: launcher(phase) })).toMatchObject(expected)
  })

  test('it waits until the launcher reports a phase', () => {
    expect(derive('starting')).toMatchObject({ state: 'starting', phase: 'waiting' })
    expect(derive('starting', { actor: 'alive', engine: absent })).toMatchObject({ phase: 'waiting' })
  })

  test('percent, route and memory are included', () => {
    const said = launcher('installing', { percent: 12, route: '/demo', memoryUsed: 5 })
    expect(derive('starting', { launcher: said })).toMatchObject({
      percent: 12,
      route: '/demo',
      memoryUsed: 5
    })
  })

  test('it keeps its state while its launcher runs, even if the state file says that it has ended', () => {
    const forged = launcher('ended', { exit: crashedExit })
    expect(derive('ready', { launcher: forged })).toMatchObject({ state: 'ready' })
    expect(derive('starting', { launcher: forged })).toMatchObject({ state: 'starting' })
    expect(derive('stopping', { launcher: forged })).toMatchObject({ state: 'stopping' })
  })

  test('it is stopping while a process stops it, but not if that process died before it sent the request', () => {
    expect(derive('stopping', { actor: 'alive', launcher: launcher('ready') })).toMatchObject({
      state: 'stopping'
    })
    expect(derive('stopping', { actor: 'gone', launcher: launcher('ready') })).toMatchObject({
      state: 'ready'
    })
  })

  test('an engine that does not answer changes nothing, and the reason is given', () => {
    expect(derive('ready', { engine: unknown, launcher: launcher('ready') })).toMatchObject({
      state: 'ready',
      engineGone: 'Docker does not answer.'
    })
    expect(derive('ready', { engine: unknown })).toMatchObject({ state: 'ready' })
  })
})

describe('when it has ended', () => {
  test.each([
    [
      'the launcher says it was stopped',
      'stopping',
      { engine: exited, launcher: launcher('ended', { exit: stoppedExit }) },
      'stopped',
      'stopped-by-user'
    ],
    [
      'the launcher says it crashed',
      'ready',
      { engine: exited, launcher: launcher('ended', { exit: crashedExit }) },
      'failed',
      'app-crashed'
    ],
    [
      'it crashed while it was being stopped',
      'stopping',
      { engine: exited, launcher: launcher('ended', { exit: crashedExit }) },
      'failed',
      'app-crashed'
    ],
    [
      'the launcher says it was stopped, and nobody had asked for it',
      'ready',
      { engine: exited, launcher: launcher('ended', { exit: stoppedExit }) },
      'stopped',
      'interrupted'
    ],
    [
      'the launcher said its end, whatever the engine knows',
      'stopping',
      { engine: unknown, launcher: launcher('ended', { exit: stoppedExit }) },
      'stopped',
      'stopped-by-user'
    ],
    [
      'the launcher was killed',
      'ready',
      { engine: exited, launcher: launcher('ready') },
      'failed',
      'interrupted'
    ],
    [
      'nothing is left after a restart of the computer',
      'ready',
      { engine: absent, launcher: launcher('ready') },
      'failed',
      'interrupted'
    ],
    [
      'it was killed for its memory',
      'ready',
      { engine: { ...exited, outOfMemory: true }, launcher: launcher('ready') },
      'failed',
      'out-of-memory'
    ],
    [
      'it was killed while it was being stopped',
      'stopping',
      { engine: exited, launcher: launcher('ready') },
      'stopped',
      'stopped-by-user'
    ],
    [
      'its starter was killed before it began',
      'starting',
      { engine: absent, actor: 'gone' },
      'failed',
      'interrupted'
    ]
  ] as const)('%s', (_name, state, evidence, expected, code) => {
    expect(derive(state, evidence as Partial<Evidence>)).toMatchObject({ state: expected, reason: { code } })
  })

  test('it stays as recorded', () => {
    const reason = { code: 'app-crashed', message: 'Exit code 1.' } as const
    const record = { state: 'failed', reason, route: '/' } as const
    expect(derive('failed', { record, launcher: launcher('ready') })).toMatchObject({
      state: 'failed',
      reason
    })
  })
})
