/** Keys in lists work as usual: to a neighbour, by a page, to an end, and around the end in a row of words. */
import { describe, expect, test } from 'vitest'
import { IN_A_ROW, IN_ROWS, type ListKeys, movedTo } from '../../src/renderer/ui/list-keys.ts'

const ROWS: ListKeys = { next: ['ArrowDown', 'j'], previous: ['ArrowUp', 'k'], page: 10, ends: true }

describe('rows', () => {
  test.each([
    ['ArrowDown', 3, 4],
    ['j', 29, 29],
    ['k', 0, 0],
    ['ArrowDown', -1, 0],
    ['ArrowUp', -1, 0],
    ['PageDown', 25, 29],
    ['PageUp', 4, 0],
    ['Home', 9, 0],
    ['End', 9, 29],
    ['ArrowRight', 3, undefined],
    ['a', 3, undefined]
  ])('%s at %d leads to %s', (key, at, to) => expect(movedTo(key, at, 30, ROWS)).toBe(to))

  test('an empty list has no target', () => expect(movedTo('End', -1, 0, ROWS)).toBeUndefined())
})

describe('words', () => {
  test.each([
    ['ArrowRight', 2, IN_A_ROW, 0],
    ['ArrowLeft', 0, IN_A_ROW, 2],
    ['ArrowDown', 0, IN_A_ROW, undefined],
    ['ArrowDown', 0, IN_ROWS, 1],
    ['ArrowUp', 0, IN_ROWS, 2],
    ['Home', 2, IN_ROWS, undefined]
  ])('%s at %d', (key, at, keys, to) => expect(movedTo(key, at, 3, keys)).toBe(to))
})
