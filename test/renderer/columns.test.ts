/** Columns of tables: those shown at a width fit into it, so that none is cut off at the edge. */
import { expect, test } from 'vitest'
import { jobColumns } from '../../src/renderer/features/activity/columns.tsx'
import { catalogColumns } from '../../src/renderer/features/catalog/columns.tsx'
import { cleanUpColumns } from '../../src/renderer/features/cleanup/columns.tsx'
import { instanceColumns } from '../../src/renderer/features/instances/columns.tsx'
import type { Column } from '../../src/renderer/ui/data-grid-types.ts'

/** As in data-grid.module.css: the gap between two columns, both sides of a row, and its checkbox. */
const GAP = 16
const SIDES = 40
const BOX = 16 + GAP

type Sized = Pick<Column<never>, 'width' | 'from'>

/** The minimum width of the columns that are shown from this width on. */
function needed(columns: readonly Sized[], width: number, chosen: boolean): number {
  const shown = columns.filter(({ from = 0 }) => from <= width)
  const widths = shown.map(column => Number(/^(?:minmax\()?(\d+)px/.exec(column.width)?.[1]))
  return widths.reduce((sum, each) => sum + each + GAP, SIDES - GAP + (chosen ? BOX : 0))
}

const nothing: ReadonlySet<string> = new Set()

test.each<[string, readonly Sized[], boolean]>([
  ['instances', instanceColumns(false, nothing), true],
  ['local runs', instanceColumns(true, nothing), true],
  ['apps', catalogColumns(nothing), true],
  ['jobs', jobColumns, false],
  ['what can be cleaned up', cleanUpColumns, true]
])('%s', (_name, columns, chosen) => {
  const steps = columns.flatMap(({ from }) => (from === undefined ? [] : [from]))
  expect(steps.length).toBeGreaterThan(0)
  for (const width of steps) expect(needed(columns, width, chosen)).toBeLessThanOrEqual(width)
})
