/** Tabs of several instances of one app have different titles. */
import { expect, test } from 'vitest'
import { distinctTitles } from '../../src/renderer/labels/distinct-titles.ts'

test('only titles that occur several times get the start of an ID', () => {
  const things = [
    { id: '11111111-aaaa', title: 'Plain Web 1.0.0' },
    { id: '22222222-bbbb', title: 'Plain Web 1.0.0' },
    { id: '22222222-bbbb', title: 'Plain Web 1.0.0' },
    { id: '33333333-cccc', title: 'Plain Web (local)' }
  ]
  expect(distinctTitles(things)).toEqual([
    'Plain Web 1.0.0 · 11111111',
    'Plain Web 1.0.0 · 22222222',
    'Plain Web 1.0.0 · 22222222',
    'Plain Web (local)'
  ])
})
