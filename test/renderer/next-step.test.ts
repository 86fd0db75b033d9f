/** The header's button names the next sensible step. */
import { describe, expect, test } from 'vitest'
import { nextStep, runCommand, runLabel, type Situation } from '../../src/renderer/actions/next-step.ts'
import type { Finding } from '../../src/shared/finding.ts'
import { app, instance, job } from './made-up.ts'

const calm: Situation = {
  project: true,
  findings: [],
  unsaved: false,
  instance: undefined,
  job: undefined,
  opened: false,
  version: '0.1.2',
  nextVersion: '0.1.3',
  published: []
}
const sha256 = 'c'.repeat(64)
const ran = { instance: instance(), job: job({ state: 'done', result: { sha256 } }) }
const error: Finding = { rule: 'version-semver', severity: 'error', message: 'no' }
const warning: Finding = { ...error, severity: 'warning' }

describe('next step', () => {
  const cases: readonly [string, Partial<Situation>, string][] = [
    ['without a project', { project: false }, 'Open a folder'],
    ['with nothing in the way', {}, 'Run locally'],
    ['while the findings are not known', { findings: undefined }, 'Run locally'],
    ['with warnings only', { findings: [warning] }, 'Run locally'],
    ['with one error', { findings: [error, warning] }, 'Fix 1 problem'],
    ['with two errors', { findings: [error, error] }, 'Fix 2 problems'],
    ['with unsaved text', { unsaved: true }, 'Save and run'],
    ['with unsaved text and a running app', { unsaved: true, instance: instance() }, 'Save and run again'],
    ['while the job works', { job: job({ stage: { code: 'uploading' }, percent: 61.6 }) }, 'Uploading… 62 %'],
    ['while the job cannot tell how far', { job: job() }, 'Bundling…'],
    ['while the app starts', { instance: instance({ state: 'starting', percent: 10 }) }, 'Starting… 10 %'],
    ['once the app is ready', { instance: instance() }, 'Open app'],
    ['ready, but with errors by now', { instance: instance(), findings: [error] }, 'Fix 1 problem'],
    ['ready, but not opened yet', { ...ran, published: [app('0.1.1')] }, 'Open app'],
    ['opened, and not published yet', { ...ran, opened: true, published: [app('0.1.1')] }, 'Publish 0.1.2'],
    ['opened, and changed since', { ...ran, opened: true, published: [app('0.1.2')] }, 'Bump to 0.1.3'],
    [
      'opened, and published as it is',
      {
        ...ran,
        opened: true,
        published: [app('0.1.2', { bundle: { sha256, size: 1, location: '' } })]
      },
      'Open app'
    ],
    [
      'opened, with a version that has no next',
      { ...ran, opened: true, published: [app('0.1.2')], nextVersion: undefined },
      'Open app'
    ],
    [
      'after a failed run',
      { instance: instance({ state: 'failed' }), job: job({ state: 'failed' }) },
      'Run locally'
    ]
  ]
  test.each(cases)('%s', (_name, situation, label) => {
    expect(nextStep({ ...calm, ...situation }).label).toBe(label)
  })

  test('for a running project the step is to run it again', () => {
    expect(runLabel(undefined)).toBe('Run locally')
    expect(runLabel(instance({ state: 'stopped' }))).toBe('Run locally')
    expect(runLabel(instance({ state: 'ready' }))).toBe('Run again')
  })

  test('the step to fix has the first error', () => {
    const first = { ...error, message: 'first' }
    expect(nextStep({ ...calm, findings: [warning, first, error] })).toMatchObject({
      kind: 'fix',
      finding: first
    })
  })
})

test('neither a key nor the palette starts what is already started', () => {
  const starting = instance({ state: 'starting' })
  expect(runCommand(nextStep({ ...calm, instance: starting }), starting)).toBeUndefined()
  expect(runCommand(nextStep({ ...calm, job: job() }), undefined)).toBeUndefined()
  expect(runCommand(nextStep({ ...calm, instance: instance() }), instance())).toBe('Run again')
})
