/** The lines of a log: renders only the rows on screen, however long the log is. Selects, copies and opens links. */
import { useEffect, useImperativeHandle, useRef, useState } from 'react'
import { openLink } from '../../actions/open-link.ts'
import type { LogLook } from '../../window/view.ts'
import type { Row } from './content.ts'
import type { Entry } from './entries.ts'
import styles from './log-list.module.css'
import { LogRow } from './log-row.tsx'
import type { Matcher } from './matcher.ts'
import type { LogReader } from './reader.ts'
import { FOOT, ROW } from './scroll-position.ts'
import { type LineSelection, useLineSelection } from './use-line-selection.ts'
import { type LogScroll, useLogScroll } from './use-log-scroll.ts'
import { useRowsOfEntries } from './use-rows-of-entries.ts'

export type LogListHandle = Pick<LogScroll, 'toEnd' | 'toStart' | 'toLine' | 'lineInView'> & {
  focus(): void
  /** Number of the line to stay at while others are added or removed; undefined while the list follows the end. */
  place(): number | undefined
}

/** What the list reports to the pane around it at each change. */
export interface LogView {
  readonly atEnd: boolean
  readonly newLines: number
  /** True if no line is held: there are none, or none match the filter. */
  readonly isEmpty: boolean
}

interface LogListProps {
  readonly reader: LogReader
  readonly look: LogLook
  readonly matcher: Matcher | undefined
  /** Number of the line with the find bar's current match. */
  readonly current: number | undefined
  readonly sources?: readonly string[] | undefined
  /** For each log, the address of its app outside the container. */
  readonly outers: readonly (string | undefined)[]
  readonly handle: React.Ref<LogListHandle>
  readonly label: string
  onView(view: LogView): void
}

export function LogList(props: LogListProps) {
  const { reader, look, handle, onView } = props
  const { expanded, toggle, rows, counts, ...measured } = useRowsOfEntries(look, props.sources !== undefined)
  const selection = useLineSelection(reader.window)
  const scroll = useLogScroll(reader, counts)
  if (scroll.width !== measured.width) measured.setWidth(scroll.width)
  const now = useNow(look.times === 'ago')
  const { ref, layout, first, following, atEnd, newLines } = scroll
  const isEmpty = reader.window.firstLine() === undefined
  useEffect(() => onView({ atEnd, newLines, isEmpty }), [onView, atEnd, newLines, isEmpty])
  useHoldForSelection(ref, scroll.hold)
  useImperativeHandle(handle, () => ({
    ...scroll,
    focus: () => ref.current?.focus({ preventScroll: true }),
    place: () => (following ? undefined : scroll.lineInView())
  }))

  return (
    // biome-ignore lint/a11y/useSemanticElements: lines are not fields of a form
    <div
      ref={ref}
      className={styles.list}
      data-wrap={look.wrap || undefined}
      data-log-list
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys
      tabIndex={0}
      role="group"
      aria-label={props.label}
      onScroll={scroll.onScroll}
      onWheel={event => event.deltaY < 0 && scroll.hold()}
      onPointerDown={event => isScrollbar(event) && scroll.hold()}
      onKeyDown={event => onListKey(event, reader, scroll, selection)}
      onClick={event => onListClick(event, reader, scroll, selection, toggle)}
      onCopy={selection.onCopy}
    >
      <span ref={measured.probe} className={styles.probe} aria-hidden="true">
        {'0'.repeat(100)}
      </span>
      <div className={styles.space} style={{ height: layout.total * ROW + FOOT }}>
        <div className={styles.rows} style={{ transform: `translateY(${first * ROW}px)` }}>
          <Rows {...props} now={now} scroll={scroll} rows={rows} expanded={expanded} selection={selection} />
        </div>
      </div>
    </div>
  )
}

interface RowsProps
  extends Pick<LogListProps, 'reader' | 'look' | 'matcher' | 'current' | 'sources' | 'outers'> {
  /** Changes as time passes, if times are shown as ages. */
  readonly now: number
  readonly scroll: LogScroll
  readonly rows: (entry: Entry) => readonly Row[]
  readonly expanded: ReadonlySet<Entry>
  readonly selection: LineSelection
}

/** The rows on screen, and no others. */
function Rows({ reader, scroll, rows, look, current, expanded, selection, ...props }: RowsProps) {
  const { first, last } = scroll
  return rowsBetween(reader, scroll, rows).map(({ row, place }) => (
    <LogRow
      // Rows that scroll out are reused for rows that scroll in: creating elements is expensive, changing text is not.
      key={`${place % (last - first)}:${row.part}`}
      row={row}
      place={place}
      times={look.times}
      now={props.now}
      matcher={props.matcher}
      current={row.entry.kind === 'line' && row.entry.number === current && current !== undefined}
      selected={selection.has(place)}
      expanded={expanded.has(row.entry)}
      sources={props.sources}
      outer={row.entry.kind === 'line' ? props.outers[row.entry.source] : undefined}
    />
  ))
}

/** A click opens a link, expands a line's JSON, or selects by the mark before a line. */
function onListClick(
  event: React.MouseEvent,
  { window: held }: LogReader,
  scroll: LogScroll,
  selection: LineSelection,
  toggle: (entry: Entry) => void
) {
  const target = event.target as Element
  const place = Number(target.closest('[data-row]')?.getAttribute('data-row'))
  const link = target.closest('[data-link]')?.getAttribute('data-link')
  if (link) {
    if (getSelection()?.isCollapsed !== false) openLink(link)
  } else if (target.closest('[data-fold]')) {
    const entry = held.entries[place - held.base]
    scroll.hold()
    if (entry) toggle(entry)
  } else if (target.closest('[data-mark]')) selection.select(place, event.shiftKey)
  else if (!selection.isEmpty) selection.clear()
}

/** Keys that go to an end of the log, or select lines. */
function onListKey(
  event: React.KeyboardEvent,
  { window: held }: LogReader,
  scroll: LogScroll,
  selection: LineSelection
) {
  if (event.altKey) return
  const command = event.ctrlKey || event.metaKey
  const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined
  if (event.key === 'Home' && !event.shiftKey) scroll.toStart()
  else if (event.key === 'End' && !event.shiftKey) scroll.toEnd()
  else if (event.shiftKey && step !== undefined)
    selection.step(step, held.base + scroll.layout.at(Math.max(0, scroll.last - 3)).index)
  else if (command && event.key === 'a') selection.selectAll()
  else if (event.key === 'Escape' && !selection.isEmpty) selection.clear()
  else return
  event.preventDefault()
  event.stopPropagation()
}

/** The rows on screen, each with the stable index of its entry. */
function rowsBetween(reader: LogReader, scroll: LogScroll, rows: (entry: Entry) => readonly Row[]) {
  const { layout, first, last } = scroll
  const { entries, base } = reader.window
  const shown: { row: Row; place: number }[] = []
  if (last <= first) return shown
  const start = layout.at(first)
  for (let index = start.index, skip = start.part; shown.length < last - first; index++, skip = 0) {
    const entry = entries[index]
    if (!entry) break
    for (const row of rows(entry).slice(skip)) shown.push({ row, place: base + index })
  }
  return shown.slice(0, last - first)
}

function useNow(ticking: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!ticking) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [ticking])
  return ticking ? now : 0
}

/** Prevents text from scrolling away while it is being selected. */
function useHoldForSelection(ref: React.RefObject<HTMLElement | null>, hold: () => void) {
  const latest = useRef(hold)
  latest.current = hold
  useEffect(() => {
    const onChange = () => {
      const selection = document.getSelection()
      if (selection && !selection.isCollapsed && ref.current?.contains(selection.anchorNode)) latest.current()
    }
    document.addEventListener('selectionchange', onChange)
    return () => document.removeEventListener('selectionchange', onChange)
  }, [ref])
}

function isScrollbar({ target, currentTarget, nativeEvent }: React.PointerEvent): boolean {
  return target === currentTarget && nativeEvent.offsetX > currentTarget.clientWidth
}
