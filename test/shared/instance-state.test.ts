/** The meanings of an instance's state: a stopping instance still runs, but cannot be stopped again. */
import { expect, test } from 'vitest'
import { isEnded, isRunning, isStartingOrReady } from '#shared/instance-state.ts'

test.each([
  ['starting', { ended: false, running: true, startingOrReady: true }],
  ['ready', { ended: false, running: true, startingOrReady: true }],
  ['stopping', { ended: false, running: true, startingOrReady: false }],
  ['stopped', { ended: true, running: false, startingOrReady: false }],
  ['failed', { ended: true, running: false, startingOrReady: false }]
] as const)('%s', (state, meaning) => {
  const instance = { state }
  expect({
    ended: isEnded(instance),
    running: isRunning(instance),
    startingOrReady: isStartingOrReady(instance)
  }).toEqual(meaning)
})
