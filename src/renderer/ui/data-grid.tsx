/** A table of any length: virtual rows, sorting, one selected row, for keyboard and mouse. */
// biome-ignore-all lint/a11y/useSemanticElements: a <table> cannot hold rows that are placed by their number
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid itself holds the focus and names the active row

import { useElementSize, useMergedRef } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import { t } from '#shared/language.ts'
import { allToggled, howMany } from './checks.ts'
import styles from './data-grid.module.css'
import { Row } from './data-grid-row.tsx'
import type { Choice, Column, DataGridProps } from './data-grid-types.ts'
import { useRows } from './use-rows.ts'

interface Sorting {
  readonly key: string
  readonly down: boolean
}

const CHECK_TRACK = '16px '
/** Same value as in the style sheet, in pixels. */
const HEAD_HEIGHT = 31

export function DataGrid<T>(props: DataGridProps<T>) {
  const { label, columns, idOf, selected, choice, rowHeight = 32 } = props
  const id = useId()
  const [sorting, setSorting] = useState<Sorting>()
  const rows = useSorted(props.rows, columns, sorting)
  const { ref: sizeRef, width } = useElementSize()
  // The grid itself scrolls because it has the focus: the keyboard could not scroll a list inside it.
  const grid = useRef<HTMLDivElement>(null)
  const gridRef = useMergedRef(grid, sizeRef)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => grid.current,
    estimateSize: () => rowHeight,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    overscan: 8
  })
  const choosing = choice !== undefined
  const { shown, tracks } = useMemo(() => {
    const fitting = columns.filter(column => width === 0 || column.from === undefined || width >= column.from)
    const widths = fitting.map(column => column.width).join(' ')
    return { shown: fitting, tracks: `${choosing ? CHECK_TRACK : ''}${widths}` }
  }, [columns, width, choosing])
  const { at, events, onKeyDown } = useRows(props, rows)
  const scrolledTo = useRef<string>(undefined)
  useEffect(() => {
    // Scroll only when another row is selected: added or removed rows must not move the view.
    if (scrolledTo.current === selected || at < 0) return
    scrolledTo.current = selected
    virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, selected, virtual])

  return (
    <div className={styles.frame}>
      <div
        ref={gridRef}
        className={styles.grid}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-multiselectable={choice ? true : undefined}
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        data-stale={props.stale || undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup" className={styles.top}>
          <div className={styles.head} role="row" aria-rowindex={1} style={{ gridTemplateColumns: tracks }}>
            {choice ? <CheckAll choice={choice} rows={rows} idOf={idOf} /> : null}
            {shown.map(column => (
              <HeadCell key={column.key} column={column} sorting={sorting} onSort={setSorting} />
            ))}
          </div>
        </div>
        <div role="rowgroup">
          {rows.length === 0 ? (
            <div role="row">
              <div role="gridcell" className={styles.none}>
                {props.none ?? t`Nothing here.`}
              </div>
            </div>
          ) : (
            <div className={styles.rows} role="presentation" style={{ height: virtual.getTotalSize() }}>
              {virtual.getVirtualItems().map(item => {
                const row = rows[item.index] as T
                return (
                  <Row
                    key={idOf(row)}
                    row={row}
                    index={item.index}
                    domId={`${id}-${item.index}`}
                    columns={shown}
                    tracks={tracks}
                    start={item.start - HEAD_HEIGHT}
                    size={item.size}
                    selected={idOf(row) === selected}
                    checked={choice?.ids.has(idOf(row))}
                    name={choice?.nameOf(row) ?? ''}
                    events={events}
                  />
                )
              })}
            </div>
          )}
        </div>
      </div>
    </div>
  )
}

interface CheckAllProps<T> {
  readonly choice: Choice<T>
  readonly rows: readonly T[]
  readonly idOf: (row: T) => string
}

function CheckAll<T>({ choice, rows, idOf }: CheckAllProps<T>) {
  const shown = rows.map(idOf)
  const how = howMany(choice.ids, shown)
  return (
    <div role="columnheader" className={styles.check}>
      <button
        type="button"
        role="checkbox"
        className={styles.box}
        aria-label={t`Choose all that are shown`}
        aria-checked={how === 'some' ? 'mixed' : how === 'all'}
        onClick={() => choice.onChange(allToggled(choice.ids, shown))}
      />
    </div>
  )
}

interface HeadCellProps<T> {
  readonly column: Column<T>
  readonly sorting: Sorting | undefined
  readonly onSort: (sorting: Sorting | undefined) => void
}

function HeadCell<T>({ column, sorting, onSort }: HeadCellProps<T>) {
  const mine = sorting?.key === column.key ? sorting : undefined
  const order = mine ? (mine.down ? 'descending' : 'ascending') : 'none'
  // Ascending, descending, then the original order.
  const next = !mine ? { key: column.key, down: false } : mine.down ? undefined : { ...mine, down: true }
  return (
    <div role="columnheader" data-align={column.align} aria-sort={column.compare ? order : undefined}>
      {column.compare ? (
        <button type="button" className={styles.sort} onClick={() => onSort(next)}>
          {column.title}
          {mine ? (mine.down ? ' ↓' : ' ↑') : ''}
        </button>
      ) : (
        column.title
      )}
    </div>
  )
}

interface TwoLinesProps {
  readonly first: ReactNode
  readonly second?: ReactNode
  /** True if this cell does not identify the row; it is then less prominent. */
  readonly quiet?: boolean
}

/** Two lines in one cell: a name and a description. */
export function TwoLines({ first, second, quiet = false }: TwoLinesProps) {
  return (
    <div className={styles.two} data-quiet={quiet || undefined}>
      <span>{first}</span>
      {second ? <span>{second}</span> : null}
    </div>
  )
}

function useSorted<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  sorting: Sorting | undefined
): readonly T[] {
  return useMemo(() => {
    const compare = columns.find(column => column.key === sorting?.key)?.compare
    if (!compare || !sorting) return rows
    return rows.toSorted((a, b) => (sorting.down ? compare(b, a) : compare(a, b)))
  }, [rows, columns, sorting])
}
