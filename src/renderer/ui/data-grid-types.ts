/** Props of a table, and types shared by its parts. */
import type { MouseEvent, ReactNode } from 'react'
import type { Ids } from './checks.ts'

export interface Column<T> {
  readonly key: string
  readonly title: string
  /** CSS grid track: `2fr`, `80px`. */
  readonly width: string
  readonly align?: 'end'
  /** Shown only when the table is at least this wide, in pixels. */
  readonly from?: number
  readonly cell: (row: T) => ReactNode
  readonly compare?: (a: T, b: T) => number
}

export interface DataGridProps<T> {
  readonly label: string
  readonly rows: readonly T[]
  readonly columns: readonly Column<T>[]
  readonly idOf: (row: T) => string
  readonly selected?: string | undefined
  readonly onSelect?: (id: string) => void
  /** Double click, or Enter on the selected row. */
  readonly onOpen?: (row: T) => void
  readonly rowHeight?: number
  /** Greyed: the rows may be out of date. */
  readonly stale?: boolean
  /** Shown if there are no rows. */
  readonly none?: ReactNode
  /** Allows choosing rows: by checkbox, Space, Ctrl+click, a range with Shift, all with Ctrl+A. */
  readonly choice?: Choice<T>
}

export interface Choice<T> {
  readonly ids: Ids
  readonly onChange: (ids: Ids) => void
  /** The row's name, for its checkbox. */
  readonly nameOf: (row: T) => string
}

export interface RowEvents<T> {
  click(event: MouseEvent, row: T): void
  open(row: T): void
  check(event: MouseEvent, row: T): void
}
