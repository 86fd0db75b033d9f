/** The first steps: shown to new users, ticked by events, and hidden when all are done. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  afterwards,
  type Facts,
  FIRST_STEPS,
  type FirstStep,
  type FirstSteps
} from '../../src/renderer/actions/first-steps.ts'
import { app, instance } from './made-up.ts'

const NOTHING: Facts = { project: undefined, instances: [], apps: [], opened: false }
const shown = (...done: FirstStep[]): FirstSteps => ({ shown: true, done })

test('nothing is decided before the host has answered', () => {
  const before: FirstSteps = { done: [] }
  expect(afterwards(before, { ...NOTHING, apps: undefined })).toBe(before)
  expect(afterwards(before, { ...NOTHING, instances: undefined })).toBe(before)
})

test('a first start shows them, unless the user has published or run something', () => {
  expect(afterwards({ done: [] }, { ...NOTHING, project: '/a' })).toEqual({ shown: true, done: [] })
  expect(afterwards({ done: [] }, { ...NOTHING, apps: [app('1.0.0')] })).toEqual({ shown: false, done: [] })
  expect(afterwards({ done: [] }, { ...NOTHING, instances: [instance()] })).toMatchObject({ shown: false })
})

test.each<[FirstStep, Partial<Facts>]>([
  ['open', { project: '/a' }],
  ['run', { instances: [instance()] }],
  ['see', { opened: true }],
  ['publish', { apps: [app('1.0.0')] }],
  ['start', { instances: [instance({ ephemeral: false })] }]
])('%s is ticked by its event', (step, facts) => {
  expect(afterwards(shown(), { ...NOTHING, ...facts })).toEqual(shown(step))
})

test.each<[string, Partial<Facts>]>([
  ['a run that failed', { instances: [instance({ state: 'failed' })] }],
  ['one that only starts', { instances: [instance({ state: 'starting', ephemeral: false })] }],
  ['the app of a local run', { apps: [app('1.0.0', { ephemeral: true })] }]
])('%s ticks nothing', (_what, facts) => {
  const before = shown()
  expect(afterwards(before, { ...NOTHING, ...facts })).toBe(before)
})

test('a step stays done when its project or instance is gone', () => {
  const before = shown('open', 'run')
  expect(afterwards(before, NOTHING)).toBe(before)
})

test('hidden steps stay as they are', () => {
  const hidden: FirstSteps = { shown: false, done: ['open'] }
  expect(afterwards(hidden, { ...NOTHING, opened: true })).toBe(hidden)
})

test('in any order, they are hidden with the last, and then do not change', () => {
  const facts: Readonly<Record<FirstStep, Partial<Facts>>> = {
    open: { project: '/a' },
    run: { instances: [instance()] },
    see: { opened: true },
    publish: { apps: [app('1.0.0')] },
    start: { instances: [instance({ ephemeral: false })] }
  }
  fc.assert(
    fc.property(fc.shuffledSubarray([...FIRST_STEPS], { minLength: 5 }), order => {
      let steps = shown()
      for (const [at, step] of order.entries()) {
        expect(steps.shown).toBe(true)
        steps = afterwards(steps, { ...NOTHING, ...facts[step] })
        expect(steps.done).toHaveLength(at + 1)
      }
      expect(steps).toEqual({ shown: false, done: FIRST_STEPS })
      expect(afterwards(steps, NOTHING)).toBe(steps)
      // When the user opens them again, they are hidden again.
      expect(afterwards({ ...steps, shown: true }, NOTHING)).toEqual({ shown: false, done: FIRST_STEPS })
    })
  )
})
