/** Positions of the rows of many entries: all rows have the same height, so a position is a row number. */
import type { Entry } from './entries.ts'

export interface Layout {
  /** Rows of all entries. */
  readonly total: number
  /** The first row of an entry, by its index. */
  rowOf(index: number): number
  /** The entry of a row, and how many rows of the entry come before it. */
  at(row: number): { readonly index: number; readonly part: number }
}

/** `rows` counts the rows of an entry; absent if each entry has one row. */
export function createLayout(entries: readonly Entry[], rows?: (entry: Entry) => number): Layout {
  if (!rows) {
    return { total: entries.length, rowOf: index => index, at: row => ({ index: row, part: 0 }) }
  }
  const starts = new Uint32Array(entries.length + 1)
  for (const [index, entry] of entries.entries()) {
    starts[index + 1] = (starts[index] as number) + rows(entry)
  }
  return {
    total: starts[entries.length] as number,
    rowOf: index => starts[Math.min(index, entries.length)] as number,
    at(row) {
      let low = 0
      let high = entries.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((starts[middle] as number) <= row) low = middle
        else high = middle - 1
      }
      return { index: low, part: row - (starts[low] as number) }
    }
  }
}
