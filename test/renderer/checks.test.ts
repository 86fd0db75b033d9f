/** Choosing rows: a range is the same whichever way it is drawn, and nothing that is not shown is touched. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allToggled, howMany, toggled, withRange } from '../../src/renderer/ui/checks.ts'

const shown = ['a', 'b', 'c', 'd', 'e']

describe('chosen rows', () => {
  test('one is toggled', () => {
    expect([...toggled(new Set(['a']), 'b')]).toEqual(['a', 'b'])
    expect([...toggled(new Set(['a', 'b']), 'b')]).toEqual(['a'])
  })

  test('a range adds what lies between, both ways', () => {
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

  test('a range from a row that is filtered out takes only the row clicked', () => {
    expect([...withRange(new Set(), shown, 'gone', 'c')]).toEqual(['c'])
    expect([...withRange(new Set(), shown, undefined, 'c')]).toEqual(['c'])
  })

  test('all that are shown, and again none of them; hidden ones stay', () => {
    const all = allToggled(new Set(['hidden', 'a']), shown)
    expect(howMany(all, shown)).toBe('all')
    expect([...allToggled(all, shown)]).toEqual(['hidden'])
    expect(howMany(new Set(['hidden']), shown)).toBe('none')
    expect(howMany(new Set(['a']), shown)).toBe('some')
  })
})
