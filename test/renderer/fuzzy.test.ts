/** What the palette finds for a few letters, and in which order. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fuzzyScore } from '../../src/renderer/labels/fuzzy.ts'

const order = (query: string, ...titles: string[]) =>
  titles
    .map(title => ({ title, score: fuzzyScore(query, title) }))
    .filter(({ score }) => score !== undefined)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
    .map(({ title }) => title)

describe('the palette', () => {
  test('matches at the beginning come before whole words, then parts of words, then scattered letters', () => {
    expect(order('cat', 'Concat', 'The cat', 'Catalog', 'Close a tab', 'Dog')).toEqual([
      'Catalog',
      'The cat',
      'Concat',
      'Close a tab'
    ])
  })

  test('every word must be found, in any order', () => {
    expect(order('log hello', 'Log of Hello Wave', 'Hello Wave')).toEqual(['Log of Hello Wave'])
  })

  test('case and accents do not matter', () => {
    expect(fuzzyScore('uber', 'Über uns')).toBeDefined()
    expect(fuzzyScore('ÜBER', 'uber')).toBeDefined()
  })

  test('an empty query matches everything, and a title matches itself best of all its parts', () => {
    fc.assert(
      fc.property(fc.string(), title => {
        expect(fuzzyScore('', title)).toBeDefined()
        expect(fuzzyScore(title, title)).toBeDefined()
      })
    )
  })
})
