/** Two texts side by side: both are complete, with no more differences than necessary. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aroundChanges, plainLinesOf, sideBySide } from '../../src/renderer/ui/side-by-side.ts'

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '', 'dd'), { maxLength: 40 })
  .map(lines => lines.join('\n'))

function lengthOfCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const left of a) {
    const next = [0]
    for (const [index, right] of b.entries()) {
      next.push(left === right ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

test('each side is its original text, and as many lines as possible are equal', () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      const rows = sideBySide(left, right)
      const side = (name: 'left' | 'right') => rows.flatMap(row => row[name] ?? [])
      expect(side('left').map(line => line.text)).toEqual(plainLinesOf(left))
      expect(side('right').map(line => line.text)).toEqual(plainLinesOf(right))
      expect(side('left').map(line => line.number)).toEqual(plainLinesOf(left).map((_, index) => index + 1))
      const same = rows.filter(row => row.kind === 'same')
      expect(same.every(row => row.left?.text === row.right?.text)).toBe(true)
      expect(same.length).toBe(lengthOfCommon(plainLinesOf(left), plainLinesOf(right)))
    }),
    { numRuns: 500 }
  )
})

test('a changed line stands beside its new version; line ends do not count', () => {
  expect(sideBySide('a\nVersion = 1\nb\n', 'a\r\nVersion = 2\r\nb')).toEqual([
    { kind: 'same', left: { number: 1, text: 'a' }, right: { number: 1, text: 'a' } },
    { kind: 'changed', left: { number: 2, text: 'Version = 1' }, right: { number: 2, text: 'Version = 2' } },
    { kind: 'same', left: { number: 3, text: 'b' }, right: { number: 3, text: 'b' } }
  ])
})

test('texts without a common line end soon', () => {
  const lines = (name: string) => Array.from({ length: 20_000 }, (_, index) => `${name}${index}`).join('\n')
  const begin = performance.now()
  expect(sideBySide(lines('a'), lines('b')).every(row => row.kind === 'changed')).toBe(true)
  expect(performance.now() - begin).toBeLessThan(5_000)
})

test('lines far from a difference are counted and not shown', () => {
  const before = Array.from({ length: 30 }, (_, index) => `line ${index}`)
  const after = before.with(10, 'other')
  expect(aroundChanges(sideBySide(before.join('\n'), after.join('\n')), 2).map(row => row.kind)).toEqual([
    'hidden',
    'same',
    'same',
    'changed',
    'same',
    'same',
    'hidden'
  ])
})
