/** Decisions of the publish sheet: what a drop does, the status of a candidate, how long a stage may take. */
import { describe, expect, test } from 'vitest'
import { publishStatus } from '../../src/renderer/host/publishing.ts'
import { remainingMs, slowReason, stageMs } from '../../src/renderer/labels/remaining.ts'
import { dropWay } from '../../src/renderer/window/drop.ts'
import type { Finding } from '../../src/shared/finding.ts'
import { START_PHASES } from '../../src/shared/instance.ts'
import type { Publishable } from '../../src/shared/publishing.ts'
import { doubledQuantity } from '../../src/shared/quantity.ts'
import { PLAIN_STAGES } from '../../src/shared/stage.ts'
import { app, job } from './made-up.ts'

test.each([
  [['/home/ada/app'], 'open', 'open'],
  [['/home/ada/app'], 'publish', 'publish'],
  [['/home/ada/app.qz'], 'open', 'publish'],
  [['/home/ada/app.WAVE'], 'open', 'publish'],
  [['/a', '/b'], 'open', 'publish']
] as const)('%j dropped to %s is to %s', (paths, target, way) => {
  expect(dropWay(paths, target)).toBe(way)
})

describe('a candidate', () => {
  const inspection: Publishable = {
    path: '/a',
    kind: 'project',
    manifest: { App: { Name: 'ai.h2o.q.peak', Version: '0.1.2' }, Runtime: { Module: 'm' }, Env: [] },
    findings: [],
    count: 1,
    size: 1
  }
  const error: Finding = { rule: 'r', severity: 'error', message: 'no' }
  const sha256 = 'c'.repeat(64)
  const same = { bundle: { sha256, size: 1, location: '' } }

  test('is blocked by errors and by a manifest that cannot be read', () => {
    expect(publishStatus(inspection, [], undefined).blocked).toBe(false)
    expect(
      publishStatus({ ...inspection, findings: [{ ...error, severity: 'warning' }] }, [], undefined).blocked
    ).toBe(false)
    expect(publishStatus({ ...inspection, findings: [error] }, [], undefined).blocked).toBe(true)
    expect(publishStatus({ ...inspection, manifest: undefined } as never, [], undefined).blocked).toBe(true)
  })

  test('exists if its Name and Version do', () => {
    expect(publishStatus(inspection, [app('0.1.2')], undefined).exists?.version).toBe('0.1.2')
    expect(
      publishStatus(inspection, [app('0.1.1'), app('0.1.2', { name: 'other' })], undefined).exists
    ).toBeUndefined()
  })

  test('is unchanged since the version with the same bytes, deploys aside', () => {
    const apps = [app('0.1.2-20260101000000', same), app('0.1.1', same), app('0.1.0')]
    expect(publishStatus(inspection, apps, sha256).unchanged?.version).toBe('0.1.1')
    expect(publishStatus(inspection, apps, undefined).unchanged).toBeUndefined()
  })
})

describe('the remaining time', () => {
  test('is computed from the finished share', () => expect(remainingMs(50, 10_000)).toBe(10_000))
  test('counts from the start of its stage, regardless of this clock', () => {
    const startedAt = '2026-01-01T00:00:00.000Z'
    const stages = [{ stage: { code: 'uploading' as const }, startedAt: '2026-01-01T00:00:05.000Z' }]
    expect(stageMs(job({ startedAt, stages }), 15_000)).toBe(10_000)
    expect(stageMs(job({ startedAt }), 15_000)).toBe(15_000)
    expect(stageMs(job({ startedAt, stages }), 4_000)).toBe(0)
  })
  test('is not shown too early, or where there is no progress', () => {
    expect(remainingMs(50, 2_000)).toBeUndefined()
    expect(remainingMs(5, 10_000)).toBeUndefined()
    expect(remainingMs(undefined, 10_000)).toBeUndefined()
    expect(remainingMs(100, 10_000)).toBeUndefined()
  })
})

test('each action on many has a text for a long wait, and so has each phase of a start', () => {
  const kinds = ['stop', 'start', 'restart', 'remove'] as const
  const many = kinds.map(act => slowReason({ stage: { code: 'acting', act, ended: 2, all: 5 }, kind: act }))
  const cleaning = { code: 'acting', act: 'remove', ended: 0, all: 1 } as const
  expect([...many, slowReason({ stage: cleaning, kind: 'clean-up' })]).not.toContain(undefined)
  const phases = START_PHASES.map(phase => ({ code: 'starting-instance', phase }) as const)
  expect(phases.map(stage => slowReason({ stage, kind: 'deploy' }))).not.toContain(undefined)
})

/** Stages whose own text explains a long wait. */
const WORDLESS = [
  'saving-image',
  'loading-image',
  'copying-home',
  'checking-copy',
  'checking-backup',
  'restoring-home'
]

test.each(PLAIN_STAGES.filter(code => !WORDLESS.includes(code)))(
  'the stage %s has a text for a long wait',
  code => {
    expect(slowReason({ stage: { code }, kind: 'import' })).toMatch(/\.$/)
  }
)

test.each([
  ['500Mi', '1000Mi'],
  ['1.5Gi', '3Gi'],
  ['1024', '2048'],
  ['1e3', '2e3'],
  ['much', undefined]
])('twice %s is %s', (text, twice) => {
  expect(doubledQuantity(text)).toBe(twice)
})
