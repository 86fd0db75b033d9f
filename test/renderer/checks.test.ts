/** Selecting rows: a range is the same in both directions, and hidden rows are not changed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allToggled, howMany, toggled, withRange } from '../../src/renderer/ui/checks.ts'

const shown = ['a', 'b', 'c', 'd', 'e']

describe('selected rows', () => {
  test('one is toggled', () => {
    expect([...toggled(new Set(['a']), 'b')]).toEqual(['a', 'b'])
    expect([...toggled(new Set(['a', 'b']), 'b')]).toEqual(['a'])
  })

  test('a range adds the rows between, in both directions', () => {
    expect([...withRange(new Set(['e']), shown, 'b', 'd')].sort()).toEqual(['b', 'c', 'd', 'e'])
    fc.assert(
      fc.property(fc.constantFrom(...shown), fc.constantFrom(...shown), (from, to) => {
        const there = withRange(new Set(), shown, from, to)
        const back = withRange(new Set(), shown, to, from)
        expect([...back].sort()).toEqual([...there].sort())
        expect(there.has(from) && there.has(to)).toBe(true)
      })
    )
  })

  test('a range from a row that is filtered out selects only the clicked row', () => {
    expect([...withRange(new Set(), shown, 'gone', 'c')]).toEqual(['c'])
    expect([...withRange(new Set(), shown, undefined, 'c')]).toEqual(['c'])
  })

  test('all shown rows, and again none of them; hidden ones keep their state', () => {
    const all = allToggled(new Set(['hidden', 'a']), shown)
    expect(howMany(all, shown)).toBe('all')
    expect([...allToggled(all, shown)]).toEqual(['hidden'])
    expect(howMany(new Set(['hidden']), shown)).toBe('none')
    expect(howMany(new Set(['a']), shown)).toBe('some')
  })
})
