/** The first steps: shown to whoever is new, ticked by what happens, and gone once all has. */
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

test('nothing is said of them before the host has told', () => {
  const before: FirstSteps = { done: [] }
  expect(afterwards(before, { ...NOTHING, apps: undefined })).toBe(before)
  expect(afterwards(before, { ...NOTHING, instances: undefined })).toBe(before)
})

test('a first start shows them, one of a user who has published or run something does not', () => {
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
])('%s is ticked by what happened', (step, facts) => {
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

test('what was done stays done when it is gone', () => {
  const before = shown('open', 'run')
  expect(afterwards(before, NOTHING)).toBe(before)
})

test('hidden ones stay as they are, whatever happens', () => {
  const hidden: FirstSteps = { shown: false, done: ['open'] }
  expect(afterwards(hidden, { ...NOTHING, opened: true })).toBe(hidden)
})

test('in whatever order they are done, they go with the last, and come to rest', () => {
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
      // Asked for again, they say so again.
      expect(afterwards({ ...steps, shown: true }, NOTHING)).toEqual({ shown: false, done: FIRST_STEPS })
    })
  )
})
