/** Which version counts as latest, and how apps are grouped. */
import { describe, expect, test } from 'vitest'
import { groupByName, latestOf } from '../../src/renderer/labels/versions.ts'
import { app } from './made-up.ts'

describe('latest version', () => {
  test.each([
    [['0.9.0', '0.10.0', '0.2.0'], '0.10.0'],
    [['1.0.0-rc.1', '0.9.0'], '1.0.0-rc.1'],
    [['1.0.0', '1.0.0-rc.1'], '1.0.0'],
    [['1.0.0', '2.0.0-20201013062803'], '1.0.0'],
    [['2.0.0-20201013062803', '2.0.0-20201014062803'], '2.0.0-20201014062803'],
    [['not-a-version', '0.0.1'], '0.0.1']
  ])('of %j is %s', (versions, latest) => {
    expect(latestOf(versions.map(version => app(version)))?.version).toBe(latest)
  })

  test('of an empty list is nothing', () => expect(latestOf([])).toBeUndefined())
})

test('apps are grouped by Name, the group with the newest change first', () => {
  const groups = groupByName([
    app('1.0.0', { name: 'old' }),
    app('0.1.0', { name: 'new', updatedAt: '2026-02-01T00:00:00.000Z' }),
    app('1.1.0', { name: 'old' })
  ])
  expect(groups.map(({ name, versions, latest }) => [name, versions.length, latest.version])).toEqual([
    ['new', 1, '0.1.0'],
    ['old', 2, '1.1.0']
  ])
})
