/** What the publish sheet decides: what a drop is for, how a candidate stands, how long a stage may go on. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { publishStatus } from '../../src/renderer/host/publishing.ts'
import { remainingMs, slowReason, stageMs } from '../../src/renderer/labels/remaining.ts'
import { dropWay } from '../../src/renderer/window/drop.ts'
import type { Finding } from '../../src/shared/finding.ts'
import type { Publishable } from '../../src/shared/publishing.ts'
import { doubledQuantity } from '../../src/shared/quantity.ts'
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

  test('exists where its Name and Version do', () => {
    expect(publishStatus(inspection, [app('0.1.2')], undefined).exists?.version).toBe('0.1.2')
    expect(
      publishStatus(inspection, [app('0.1.1'), app('0.1.2', { name: 'other' })], undefined).exists
    ).toBeUndefined()
  })

  test('is unchanged since the version of the same bytes, deploys aside', () => {
    const apps = [app('0.1.2-20260101000000', same), app('0.1.1', same), app('0.1.0')]
    expect(publishStatus(inspection, apps, sha256).unchanged?.version).toBe('0.1.1')
    expect(publishStatus(inspection, apps, undefined).unchanged).toBeUndefined()
  })
})

describe('the time that is left', () => {
  test('is told from the share that is done', () => expect(remainingMs(50, 10_000)).toBe(10_000))
  test('counts from the beginning of its stage, whatever this clock says', () => {
    const startedAt = '2026-01-01T00:00:00.000Z'
    const stages = [{ stage: 'Uploading', startedAt: '2026-01-01T00:00:05.000Z' }]
    expect(stageMs(job({ startedAt, stages }), 15_000)).toBe(10_000)
    expect(stageMs(job({ startedAt }), 15_000)).toBe(15_000)
    expect(stageMs(job({ startedAt, stages }), 4_000)).toBe(0)
  })
  test('is not told too early, or of what does not count', () => {
    expect(remainingMs(50, 2_000)).toBeUndefined()
    expect(remainingMs(5, 10_000)).toBeUndefined()
    expect(remainingMs(undefined, 10_000)).toBeUndefined()
    expect(remainingMs(100, 10_000)).toBeUndefined()
  })
})

test('each stage a job can be at has words for a wait that is long', () => {
  const core = join(import.meta.dirname, '../../src/main/core')
  const sources = readdirSync(core, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => readFileSync(join(core, file), 'utf8'))
    .join('\n')
  const [, phases = ''] = /const PHASE_WORDS = \{(.*?)\}/s.exec(sources) ?? []
  const stages = [
    ...[...sources.matchAll(/\bstage\((?:'|t`)([^'`$]+)['`]|\bstage: (?:'|t`)([A-Z][^'`]+)['`]/g)].flatMap(
      found => found.slice(1).filter(word => word !== undefined)
    ),
    ...[...phases.matchAll(/: (?:\(\) => )?(?:'|t`)([^'`]+)['`]/g)].map(([, words = '']) => words)
  ]
  expect(new Set(stages).size).toBeGreaterThan(12)
  expect(stages.filter(stage => slowReason({ stage, kind: 'import' }) === undefined)).toEqual([])
  const many = ['stop', 'start', 'restart', 'remove', 'clean-up'] as const
  expect(many.filter(kind => slowReason({ stage: 'Stopping 2 of 5', kind }) === undefined)).toEqual([])
})

test.each([
  ['500Mi', '1000Mi'],
  ['1.5Gi', '3Gi'],
  ['1024', '2048'],
  ['1e3', '2e3'],
  ['much', undefined]
])('twice %s is %s', (text, twice) => {
  expect(doubledQuantity(text)).toBe(twice)
})
