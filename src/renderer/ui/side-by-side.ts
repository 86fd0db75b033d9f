/** Two texts side by side, line by line: same, removed, added or changed. */
import { diffLines } from './line-diff.ts'

export interface Side {
  /** One-based. */
  readonly number: number
  readonly text: string
}

export interface DiffRow {
  readonly kind: 'same' | 'changed' | 'removed' | 'added'
  readonly left?: Side
  readonly right?: Side
}

/** Rows far from any difference, combined into one. */
export interface HiddenRows {
  readonly kind: 'hidden'
  readonly count: number
}

/** The lines of a text without their line breaks. */
export function plainLinesOf(text: string): readonly string[] {
  if (text === '') return []
  const lines = text.split(/\r\n|\n|\r/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Different line endings do not count. */
export function sideBySide(left: string, right: string): readonly DiffRow[] {
  const [a, b] = [plainLinesOf(left), plainLinesOf(right)]
  const rows: DiffRow[] = []
  const at = { left: 0, right: 0 }
  const leftSide = (): Side => ({ number: ++at.left, text: a[at.left - 1] ?? '' })
  const rightSide = (): Side => ({ number: ++at.right, text: b[at.right - 1] ?? '' })
  const same = (until: number) => {
    while (at.left < until) rows.push({ kind: 'same', left: leftSide(), right: rightSide() })
  }
  for (const { from, to, lines } of diffLines(a, b)) {
    same(from)
    const end = at.right + lines.length
    while (at.left < to && at.right < end)
      rows.push({ kind: 'changed', left: leftSide(), right: rightSide() })
    while (at.left < to) rows.push({ kind: 'removed', left: leftSide() })
    while (at.right < end) rows.push({ kind: 'added', right: rightSide() })
  }
  same(a.length)
  return rows
}

/** The rows near a difference, with the number of rows left out between them. */
export function aroundChanges(rows: readonly DiffRow[], context: number): readonly (DiffRow | HiddenRows)[] {
  const near = new Uint8Array(rows.length)
  for (const [index, { kind }] of rows.entries()) {
    if (kind !== 'same') near.fill(1, Math.max(0, index - context), index + context + 1)
  }
  const shown: (DiffRow | HiddenRows)[] = []
  let count = 0
  for (const [index, row] of rows.entries()) {
    if (near[index] === 0) {
      count++
      continue
    }
    if (count > 0) shown.push({ kind: 'hidden', count })
    count = 0
    shown.push(row)
  }
  return count > 0 ? [...shown, { kind: 'hidden', count }] : shown
}
