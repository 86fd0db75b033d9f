/** A table of any length: virtual rows, sorting, one selected row, driven by keyboard or mouse. */
// biome-ignore-all lint/a11y/useSemanticElements: a <table> cannot hold rows that are placed by their number
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid itself holds the focus and names the active row
import { useElementSize, useMergedRef } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react'
import styles from './data-grid.module.css'

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

interface DataGridProps<T> {
  readonly label: string
  readonly rows: readonly T[]
  readonly columns: readonly Column<T>[]
  readonly idOf: (row: T) => string
  readonly selected?: string | undefined
  readonly onSelect?: (id: string) => void
  /** Enter or double click. */
  readonly onOpen?: (row: T) => void
  readonly rowHeight?: number
  /** Greyed: the rows may be out of date. */
  readonly stale?: boolean
  /** Shown where there are no rows. */
  readonly none?: ReactNode
}

interface Sorting {
  readonly key: string
  readonly down: boolean
}

export function DataGrid<T>(props: DataGridProps<T>) {
  const { label, columns, idOf, selected, onSelect, rowHeight = 32 } = props
  const id = useId()
  const [sorting, setSorting] = useState<Sorting>()
  const rows = useSorted(props.rows, columns, sorting)
  const { ref: sizeRef, width } = useElementSize()
  const body = useRef<HTMLDivElement>(null)
  const bodyRef = useMergedRef(body, sizeRef)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => body.current,
    estimateSize: () => rowHeight,
    overscan: 8
  })
  const shown = columns.filter(column => width === 0 || column.from === undefined || width >= column.from)
  const tracks = { gridTemplateColumns: shown.map(column => column.width).join(' ') }
  const at = rows.findIndex(row => idOf(row) === selected)
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, virtual])

  function onKeyDown(event: KeyboardEvent) {
    const next = nextRow(event, at, rows.length)
    const row = rows[next ?? at]
    if (event.target !== event.currentTarget || row === undefined) return
    if (next !== undefined) {
      event.preventDefault()
      onSelect?.(idOf(row))
    } else if (event.key === 'Enter' && at >= 0) props.onOpen?.(row)
  }

  return (
    <div
      className={styles.grid}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
      data-stale={props.stale || undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup">
        <div className={styles.head} role="row" aria-rowindex={1} style={tracks}>
          {shown.map(column => (
            <HeadCell key={column.key} column={column} sorting={sorting} onSort={setSorting} />
          ))}
        </div>
      </div>
      <div className={styles.body} ref={bodyRef} role="rowgroup">
        {rows.length === 0 ? (
          <div role="row">
            <div role="gridcell" className={styles.none}>
              {props.none ?? 'Nothing here.'}
            </div>
          </div>
        ) : (
          <div className={styles.rows} role="presentation" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(item => {
              const row = rows[item.index] as T
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
                <div
                  key={idOf(row)}
                  id={`${id}-${item.index}`}
                  className={styles.row}
                  role="row"
                  aria-rowindex={item.index + 2}
                  aria-selected={idOf(row) === selected}
                  style={{ ...tracks, height: item.size, transform: `translateY(${item.start}px)` }}
                  onClick={() => onSelect?.(idOf(row))}
                  onDoubleClick={() => props.onOpen?.(row)}
                >
                  {shown.map(column => (
                    <div key={column.key} role="gridcell" data-align={column.align}>
                      {column.cell(row)}
                    </div>
                  ))}
                </div>
              )
            })}
          </div>
        )}
      </div>
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
  // Up, down, and back to the order the rows came in.
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

/** Two lines in one cell: a name and what it is. */
export function TwoLines({ first, second }: { first: ReactNode; second?: ReactNode }) {
  return (
    <div className={styles.two}>
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

const PAGE = 10

/** Index of the row a key moves to; undefined for keys that do not move. */
function nextRow(event: KeyboardEvent, at: number, length: number): number | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || length === 0) return undefined
  const moves: Record<string, number> = {
    ArrowDown: at + 1,
    j: at + 1,
    ArrowUp: at - 1,
    k: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: length - 1
  }
  const target = moves[event.key]
  return target === undefined ? undefined : Math.min(Math.max(target, 0), length - 1)
}
