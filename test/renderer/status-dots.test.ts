/** The dots of the status bar: what each one shows, and that they keep their identity. */
import { expect, test } from 'vitest'
import type { Check, CheckId } from '#shared/system.ts'
import { statusDots } from '../../src/renderer/frame/status-dots.ts'

const ok = (id: CheckId) => ({ id, state: 'ok', message: 'Ready.' }) as Check

test('the engine’s dot is the same one before the checks, with Docker, and without', () => {
  const before = statusDots(undefined, 'auto')
  const docker = statusDots([ok('docker'), ok('image'), ok('process')], 'auto')
  const process = statusDots([ok('process')], 'auto')
  expect([before, docker, process].map(([engine]) => engine?.title)).toEqual(['Engine', 'Docker', 'Process'])
  const keys = before.map(({ key }) => key)
  for (const dots of [docker, process]) expect(dots.map(({ key }) => key)).toEqual(keys)
})
