/** The end of a job is reported once, even if it was short, and not in a window that opened later. */
import { expect, test } from 'vitest'
import type { Job } from '#shared/job.ts'
import { endedSince } from '../../src/renderer/host/ended-job.ts'
import { jobStatusOf } from '../../src/renderer/labels/job-status.ts'

const CAME = Date.parse('2026-01-01T12:00:00.000Z')
const earlier = '2026-01-01T11:59:00.000Z'
const later = '2026-01-01T12:00:01.000Z'

const job = (id: string, state: Job['state'], startedAt: string): Job => ({
  ...{ id, state, startedAt, kind: 'bundle', stage: { code: 'preparing' } },
  ...{ subject: { code: 'name', name: id }, stages: [], log: [] }
})

test.each<[string, Job, Job['state'] | undefined, boolean]>([
  ['one that was seen to run', job('a', 'failed', earlier), 'running', true],
  ['one that began and failed between two looks', job('a', 'failed', later), undefined, true],
  ['one that had ended before', job('a', 'failed', earlier), undefined, false],
  ['one that was told already', job('a', 'done', later), 'done', false],
  ['one that runs', job('a', 'running', later), undefined, false]
])('%s', (_what, now, before, told) => {
  const states = new Map(before ? [[now.id, before] as const] : [])
  expect(endedSince([now], states, CAME)).toEqual(told ? [now] : [])
})

test('a start that its user stopped is not reported as a failure, any other is', () => {
  const failed = (code: string): Job => ({
    ...job('a', 'failed', later),
    error: { code: 'UNAVAILABLE', message: 'It did not become ready.', data: { reason: { code } } }
  })
  expect(jobStatusOf(failed('stopped-by-user'))).toBe('stopped')
  expect(jobStatusOf(failed('out-of-memory'))).toBe('failed')
  expect(jobStatusOf(job('a', 'failed', later))).toBe('failed')
})
