/** Texts for people: numbers, ages and states in words. */
import { describe, expect, test } from 'vitest'
import { memoryNow } from '../../src/renderer/host/metrics.ts'
import { linesBesideMessage } from '../../src/renderer/host/report.ts'
import { age, bytes, count, duration, plural } from '../../src/renderer/labels/humanise.ts'
import { instanceMark, stateLabel } from '../../src/renderer/labels/instance.ts'
import type { Instance } from '../../src/shared/instance.ts'
import { instance } from './made-up.ts'

describe('humanised numbers', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [1536, '1.5 KiB'],
    [432_013_312, '412 MiB'],
    [1024 ** 3, '1 GiB'],
    [1000 * 1024 ** 2, '0.98 GiB']
  ])('%d bytes are %s', (value, words) => expect(bytes(value)).toBe(words))

  test.each([
    [0, 'now'],
    [9, '9s'],
    [59, '59s'],
    [60, '1m'],
    [3 * 3600, '3h'],
    [18 * 86_400, '18d'],
    [1500 * 86_400, '1,500d']
  ])('%d seconds ago is %s', (seconds, words) => {
    const now = Date.UTC(2026, 0, 1)
    expect(age(new Date(now - seconds * 1000), now)).toBe(words)
  })

  test('a clock that was set back does not show a negative age', () => {
    const now = Date.UTC(2026, 0, 1)
    expect(age(new Date(now + 60_000), now)).toBe('now')
  })

  test.each([
    [800, '0.8 s'],
    [9_400, '9 s'],
    [80_000, '1 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [93_600_000, '1 d 2 h'],
    [-5, '< 0.1 s']
  ])('%d ms took %s', (ms, words) => expect(duration(ms)).toBe(words))

  test('counts are grouped, and the noun has the right number', () => {
    expect(count(1204)).toBe('1,204')
    expect(plural(1, 'file')).toBe('1 file')
    expect(plural(1204, 'entry', 'entries')).toBe('1,204 entries')
  })
})

describe('last lines of an app beside its error message', () => {
  const told = (...lastLines: string[]) =>
    linesBesideMessage({
      code: 'UNAVAILABLE',
      message: 'It ended. Its last line: no settings',
      data: { lastLines }
    })

  test('the only line is not shown twice', () => expect(told('no settings')).toEqual([]))
  test('another line is shown', () => expect(told('on my way')).toEqual(['on my way']))
  test('several lines are shown as they came', () =>
    expect(told('on my way', 'no settings')).toEqual(['on my way', 'no settings']))
})

describe('memory of an instance', () => {
  const listed = { memory: { used: 48, limit: 500 } }
  const series = { memory: [40, 45], cpu: [], limit: 500 }

  test('is that of the newest reading', () =>
    expect(memoryNow(instance(listed), series)).toEqual({ used: 45, limit: 500 }))
  test('is that of the list before the first reading, and after the end', () => {
    expect(memoryNow(instance(listed), undefined)).toEqual(listed.memory)
    expect(memoryNow(instance({ ...listed, state: 'stopped' }), series)).toEqual(listed.memory)
  })
})

describe('text for the state of an instance', () => {
  const cases: readonly [Partial<Instance>, string, string][] = [
    [{ state: 'ready' }, 'good', 'Ready'],
    [{ state: 'ready', restarts: 1, ephemeral: false }, 'good', 'Ready, restarted once'],
    [{ state: 'ready', restarts: 1 }, 'good', 'Ready'],
    [{ state: 'starting', phase: 'installing', percent: 61.6 }, 'busy', 'Installing 62 %'],
    [{ state: 'starting' }, 'busy', 'Starting'],
    [{ state: 'stopped', reason: { code: 'stopped-by-user', message: '' } }, 'off', 'Stopped by you'],
    [
      {
        state: 'failed',
        restarts: 3,
        ephemeral: false,
        reason: { code: 'out-of-memory', message: '' },
        memory: { limit: 524_288_000 }
      },
      'bad',
      'Out of memory at 500 MiB, restarted 3 times'
    ],
    [{ state: 'failed' }, 'bad', 'Failed'],
    [{ state: 'ready', engineGone: 'Docker is not running.' }, 'off', 'Ready when last seen']
  ]
  test.each(cases)('%j', (change, tone, text) => {
    expect(stateLabel(instance(change))).toEqual({ tone, text })
  })
})

test('instances of one version are distinguishable', () => {
  const app = { ...instance().app, version: '1.0.0-20260102030405' }
  const marks = ['2442f3ba-1111', 'e33a66a3-2222'].map(id => instanceMark(instance({ id, app })))
  expect(marks).toEqual(['1.0.0 · 2442f3ba', '1.0.0 · e33a66a3'])
})
