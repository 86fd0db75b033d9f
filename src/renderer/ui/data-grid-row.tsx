/** One row of a table. It renders only when its own data changes, so that scrolling stays smooth. */
// biome-ignore-all lint/a11y/useSemanticElements: a <table> cannot hold rows that are placed by their number
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid itself holds the focus and names the active row

import { type CSSProperties, memo } from 'react'
import { t } from '#shared/language.ts'
import styles from './data-grid.module.css'
import type { Column, RowEvents } from './data-grid-types.ts'

interface RowProps<T> {
  readonly row: T
  readonly index: number
  readonly domId: string
  readonly columns: readonly Column<T>[]
  readonly tracks: string
  readonly start: number
  readonly size: number
  readonly selected: boolean
  /** Undefined if rows cannot be chosen. */
  readonly checked: boolean | undefined
  readonly name: string
  /** Must always be the same object. */
  readonly events: RowEvents<T>
}

function GridRow<T>(props: RowProps<T>) {
  const { row, columns, index, checked, events } = props
  const style: CSSProperties = {
    gridTemplateColumns: props.tracks,
    height: props.size,
    transform: `translateY(${props.start}px)`
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      id={props.domId}
      className={styles.row}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.selected}
      data-checked={checked || undefined}
      style={style}
      onClick={event => events.click(event, row)}
      onDoubleClick={() => events.open(row)}
    >
      {checked === undefined ? null : (
        <div role="gridcell" className={styles.check}>
          {/* A custom checkbox: the browser's costs as much as the rest of the row. */}
          <button
            type="button"
            role="checkbox"
            className={styles.box}
            tabIndex={-1}
            aria-checked={checked}
            aria-label={t`Choose ${props.name}`}
            onClick={event => {
              event.stopPropagation()
              events.check(event, row)
            }}
            onDoubleClick={event => event.stopPropagation()}
          />
        </div>
      )}
      {columns.map(column => (
        <div key={column.key} role="gridcell" data-align={column.align}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  )
}

export const Row = memo(GridRow) as typeof GridRow
