/** The header's button names the next sensible step. */
import { describe, expect, test } from 'vitest'
import { nextStep, type Situation } from '../../src/renderer/lib/next-step.ts'
import type { Finding } from '../../src/shared/finding.ts'
import { instance, job } from './made-up.ts'

const calm: Situation = { project: true, findings: [], unsaved: false, instance: undefined, job: undefined }
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
    ['while the job works', { job: job({ stage: 'Installing', percent: 61.6 }) }, 'Installing… 62 %'],
    ['while the job cannot tell how far', { job: job() }, 'Bundling…'],
    ['while the app starts', { instance: instance({ state: 'starting', percent: 10 }) }, 'Starting… 10 %'],
    ['once the app is ready', { instance: instance() }, 'Open app'],
    ['ready, but with errors by now', { instance: instance(), findings: [error] }, 'Fix 1 problem'],
    [
      'after a failed run',
      { instance: instance({ state: 'failed' }), job: job({ state: 'failed' }) },
      'Run locally'
    ]
  ]
  test.each(cases)('%s', (_name, situation, label) => {
    expect(nextStep({ ...calm, ...situation }).label).toBe(label)
  })

  test('the step to fix carries the first error', () => {
    const first = { ...error, message: 'first' }
    expect(nextStep({ ...calm, findings: [warning, first, error] })).toMatchObject({
      kind: 'fix',
      finding: first
    })
  })
})
