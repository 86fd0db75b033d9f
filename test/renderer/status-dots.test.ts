/** The dots of the status bar: of what they are, and that they stay the same ones. */
import { expect, test } from 'vitest'
import type { Check, CheckId } from '#shared/system.ts'
import { statusDots } from '../../src/renderer/frame/status-dots.ts'

const ok = (id: CheckId) => ({ id, state: 'ok', message: 'Ready.' }) as Check

test('the engine’s dot is the same one before anything is known, with Docker, and without', () => {
  const before = statusDots(undefined, 'auto')
  const docker = statusDots([ok('docker'), ok('image'), ok('process')], 'auto')
  const process = statusDots([ok('process')], 'auto')
  expect([before, docker, process].map(([engine]) => engine?.title)).toEqual(['Engine', 'Docker', 'Process'])
  const keys = before.map(({ key }) => key)
  for (const dots of [docker, process]) expect(dots.map(({ key }) => key)).toEqual(keys)
})
