/** Which rows of a list match a filter, and how often a row's texts are read. */
import { expect, test } from 'vitest'
import { rowFilter } from '../../src/renderer/labels/row-filter.ts'

const rows = [
  { name: 'Q Peak', owner: 'ada' },
  { name: 'Tour de Q', owner: undefined },
  { name: '🚀 قائمة', owner: 'ada' }
]

test('every word must be in one of the texts, in any case', () => {
  const filter = rowFilter((row: (typeof rows)[number]) => [row.name, row.owner])
  expect(filter(rows, '  q ADA ')).toEqual([rows[0]])
  expect(filter(rows, 'قائمة')).toEqual([rows[2]])
  expect(filter(rows, 'undefined')).toEqual([])
  expect(filter(rows, ' ')).toBe(rows)
})

test('a row is read once; a changed row is a new row', () => {
  const asked: unknown[] = []
  const filter = rowFilter((row: (typeof rows)[number]) => {
    asked.push(row)
    return [row.name]
  })
  for (const text of ['q', 'qu', 'q']) filter(rows, text)
  expect(asked).toEqual(rows)
  expect(filter([{ name: 'Other', owner: 'q' }], 'other')).toHaveLength(1)
})
