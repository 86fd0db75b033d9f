/** Two edits of one text: merged where they do not touch, otherwise both are kept. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conflictsOf, merge, resolved } from '../../src/renderer/manifest/merge.ts'
import { diffLines, linesOf } from '../../src/renderer/ui/line-diff.ts'

const text = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', 'x = 1'), { maxLength: 12 }), fc.boolean(), fc.boolean())
  .map(([lines, crlf, cut]) => {
    const whole = lines.map(line => `${line}${crlf ? '\r\n' : '\n'}`).join('')
    return cut ? whole.replace(/\r?\n$/, '') : whole
  })

function applied(before: string, after: string): string {
  const lines = [...linesOf(before)]
  for (const hunk of diffLines(lines, linesOf(after)).toReversed()) {
    lines.splice(hunk.from, hunk.to - hunk.from, ...hunk.lines)
  }
  return lines.join('')
}

const merged = (base: string, mine: string, theirs: string) => resolved(merge(base, mine, theirs), [])

describe('diffLines', () => {
  test('its hunks turn the first text into the second', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(applied(before, after)).toBe(after)
      })
    )
  })

  test('lines joined are the text', () => {
    fc.assert(
      fc.property(fc.string(), any => {
        expect(linesOf(any).join('')).toBe(any)
      })
    )
  })

  test('one line inserted is one hunk', () => {
    expect(diffLines(linesOf('a\nb\nc\n'), linesOf('a\nx\nb\nc\n'))).toEqual([
      { from: 1, to: 1, lines: ['x\n'] }
    ])
  })

  test('texts without common lines are one hunk, however long', () => {
    const before = Array.from({ length: 3000 }, (_, index) => `a${index}\n`)
    const after = Array.from({ length: 3000 }, (_, index) => `b${index}\n`)
    expect(diffLines(before, after)).toEqual([{ from: 0, to: 3000, lines: after }])
  })
})

describe('merge', () => {
  test('takes both where they do not touch', () => {
    expect(merged('a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\nD\n')).toBe('A\nb\nc\nD\n')
    expect(merged('a\nb\nc\n', 'a\nb\nc\nmore\n', 'first\na\nb\nc\n')).toBe('first\na\nb\nc\nmore\n')
  })

  test("an unchanged side takes the other side's changes", () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(merged(base, base, other)).toBe(other)
        expect(merged(base, other, base)).toBe(other)
        expect(merged(base, other, other)).toBe(other)
      })
    )
  })

  test('never loses a side: any part that is not merged can be chosen whole', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const parts = merge(base, mine, theirs)
        const count = conflictsOf(parts).length
        if (count > 0) {
          expect(resolved(parts, [])).toBeUndefined()
          for (const conflict of conflictsOf(parts)) {
            expect(mine).toContain(conflict.mine)
            expect(theirs).toContain(conflict.theirs)
          }
        }
        // Both sides are treated alike.
        const swapped = merge(base, theirs, mine)
        expect(resolved(swapped, Array(count).fill('theirs'))).toBe(
          resolved(parts, Array(count).fill('mine'))
        )
      })
    )
  })

  test('asks where both changed one line, and reports the line', () => {
    const parts = merge('a\nb\nc\n', 'new\na\nmine\nc\n', 'a\ntheirs\nc\n')
    expect(conflictsOf(parts)).toEqual([
      { kind: 'conflict', base: 'b\n', mine: 'mine\n', theirs: 'theirs\n', line: { mine: 3, theirs: 2 } }
    ])
    expect(resolved(parts, ['theirs'])).toBe('new\na\ntheirs\nc\n')
    expect(resolved(parts, ['mine'])).toBe('new\na\nmine\nc\n')
  })

  test('asks where both inserted at the same place', () => {
    expect(conflictsOf(merge('a\n', 'mine\na\n', 'theirs\na\n'))).toHaveLength(1)
  })
})
