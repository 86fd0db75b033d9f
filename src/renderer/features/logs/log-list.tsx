/** The lines of a log: only the rows on screen are drawn, however long it is. Selects, copies and opens links. */
import { useCallback, useEffect, useImperativeHandle, useMemo, useReducer, useRef, useState } from 'react'
import { openLink } from '../../actions/open-link.ts'
import type { LogLook } from '../../window/view.ts'
import { type Row, type RowOptions, rowCount, rowsOf } from './content.ts'
import { type CopyRange, copiedText, selectionText } from './copy.ts'
import type { Entry } from './entries.ts'
import styles from './log-list.module.css'
import { LogRow } from './log-row.tsx'
import type { Matcher } from './matcher.ts'
import type { LogReader } from './reader.ts'
import { FOOT, type LogScroll, ROW, useLogScroll } from './use-log-scroll.ts'

export type LogListHandle = Pick<LogScroll, 'toEnd' | 'toStart' | 'toLine' | 'lineInView'> & {
  focus(): void
  /** The line to stay at when others come or go; none while it follows. */
  place(): number | undefined
}

/** What is told of the list around it, whenever it changes. */
export interface LogView {
  readonly atEnd: boolean
  readonly newLines: number
  /** No line is held: there is none, or none passes. */
  readonly isEmpty: boolean
}

interface LogListProps {
  readonly reader: LogReader
  readonly look: LogLook
  readonly matcher: Matcher | undefined
  /** Number of the line the find bar is at. */
  readonly current: number | undefined
  readonly sources?: readonly string[] | undefined
  /** For each log, where its app is reached from outside a container. */
  readonly outers: readonly (string | undefined)[]
  readonly handle: React.Ref<LogListHandle>
  readonly label: string
  onView(view: LogView): void
}

export function LogList(props: LogListProps) {
  const { reader, look, matcher, current, sources, outers, handle, label, onView } = props
  const [expanded, toggle] = useReducer(toggled, new Set<Entry>())
  const [selected, setSelected] = useState<CopyRange>()
  const probe = useRef<HTMLSpanElement>(null)
  const [width, setWidth] = useState(0)
  const columns = useColumns(probe, width, look, sources !== undefined)
  const options = useCallback(
    (entry: Entry): RowOptions => ({ tidy: look.tidy, columns, expanded: expanded.has(entry) }),
    [look.tidy, columns, expanded]
  )
  const rows = useRows(options)
  const scroll = useLogScroll(reader, useRowCounts(options, columns > 0 || expanded.size > 0))
  if (scroll.width !== width) setWidth(scroll.width)
  const now = useNow(look.times === 'ago')
  const { ref, layout, first, last, following, atEnd, newLines } = scroll
  const isEmpty = reader.window.firstLine() === undefined
  useEffect(() => onView({ atEnd, newLines, isEmpty }), [onView, atEnd, newLines, isEmpty])
  useHoldForSelection(ref, scroll.hold)
  useImperativeHandle(handle, () => ({
    ...scroll,
    focus: () => ref.current?.focus({ preventScroll: true }),
    place: () => (following ? undefined : scroll.lineInView())
  }))

  const { entries, base } = reader.window

  function onClick(event: React.MouseEvent) {
    const target = event.target as Element
    const place = Number(target.closest('[data-row]')?.getAttribute('data-row'))
    const link = target.closest('[data-link]')?.getAttribute('data-link')
    if (link) {
      if (getSelection()?.isCollapsed !== false) openLink(link)
    } else if (target.closest('[data-fold]')) {
      const entry = entries[place - base]
      scroll.hold()
      if (entry) toggle(entry)
    } else if (target.closest('[data-mark]')) {
      setSelected(before => ({ from: event.shiftKey && before ? before.from : place, to: place }))
    } else if (selected) setSelected(undefined)
  }

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.altKey) return
    const command = event.ctrlKey || event.metaKey
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    if (event.key === 'Home' && !event.shiftKey) scroll.toStart()
    else if (event.key === 'End' && !event.shiftKey) scroll.toEnd()
    else if (event.shiftKey && step !== 0) setSelected(before => extended(before, step))
    else if (command && event.key === 'a') setSelected({ from: base, to: base + entries.length - 1 })
    else if (event.key === 'Escape' && selected) setSelected(undefined)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  function extended(before: CopyRange | undefined, step: number): CopyRange {
    const start = base + layout.at(Math.max(0, last - 3)).index
    const { from, to } = before ?? { from: start, to: start - step }
    return { from, to: Math.min(base + entries.length - 1, Math.max(base, to + step)) }
  }

  function onCopy(event: React.ClipboardEvent) {
    const text = selectionText(getSelection()) ?? (selected && copiedText(entries, base, selected))
    if (text === undefined) return
    event.clipboardData.setData('text/plain', text)
    event.preventDefault()
  }

  const isSelected = (place: number) =>
    selected !== undefined &&
    place >= Math.min(selected.from, selected.to) &&
    place <= Math.max(selected.from, selected.to)

  return (
    // biome-ignore lint/a11y/useSemanticElements: lines are no fields of a form
    <div
      ref={ref}
      className={styles.list}
      data-wrap={look.wrap || undefined}
      data-log-list
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys
      tabIndex={0}
      role="group"
      aria-label={label}
      onScroll={scroll.onScroll}
      onWheel={event => event.deltaY < 0 && scroll.hold()}
      onPointerDown={event => isScrollbar(event) && scroll.hold()}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onCopy={onCopy}
    >
      <span ref={probe} className={styles.probe} aria-hidden="true">
        {'0'.repeat(100)}
      </span>
      <div className={styles.space} style={{ height: layout.total * ROW + FOOT }}>
        <div className={styles.rows} style={{ transform: `translateY(${first * ROW}px)` }}>
          {rowsBetween(reader, scroll, rows).map(({ row, place }) => (
            <LogRow
              // What scrolls out at one edge is used for what comes in at the other: elements are dear, their text is not.
              key={`${place % (last - first)}:${row.part}`}
              row={row}
              place={place}
              times={look.times}
              now={now}
              matcher={matcher}
              current={row.entry.kind === 'line' && row.entry.number === current && current !== undefined}
              selected={isSelected(place)}
              expanded={expanded.has(row.entry)}
              sources={sources}
              outer={row.entry.kind === 'line' ? outers[row.entry.source] : undefined}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

/** The rows on screen, each with the lasting index of its entry. */
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

/** Rows that were made are kept as long as the way to make them stays: one that is the same is not drawn again. */
function useRows(options: (entry: Entry) => RowOptions) {
  return useMemo(() => {
    const made = new WeakMap<Entry, readonly Row[]>()
    return (entry: Entry): readonly Row[] => {
      const known = made.get(entry)
      if (known) return known
      const rows = rowsOf(entry, options(entry))
      made.set(entry, rows)
      return rows
    }
  }, [options])
}

function toggled(before: ReadonlySet<Entry>, entry: Entry): Set<Entry> {
  const next = new Set(before)
  if (!next.delete(entry)) next.add(entry)
  return next
}

/** Counts of rows are kept as long as the way to count them stays. */
function useRowCounts(options: (entry: Entry) => RowOptions, varies: boolean) {
  return useMemo(() => {
    if (!varies) return undefined
    const counts = new WeakMap<Entry, number>()
    return (entry: Entry): number => {
      const known = counts.get(entry)
      if (known !== undefined) return known
      const count = rowCount(entry, options(entry))
      counts.set(entry, count)
      return count
    }
  }, [options, varies])
}

/** Columns a wrapped line has, by the width of its font; 0 where lines are not wrapped. */
function useColumns(
  probe: React.RefObject<HTMLSpanElement | null>,
  width: number,
  { wrap, times }: LogLook,
  named: boolean
): number {
  const [character, setCharacter] = useState(7.2)
  useEffect(() => {
    const measured = (probe.current?.offsetWidth ?? 0) / 100
    if (width > 0 && measured > 0) setCharacter(measured)
  }, [probe, width])
  if (!wrap || width === 0) return 0
  const beside = (times === 'off' ? 0 : 13) + (named ? 24 : 0)
  return Math.max(20, Math.floor((width - 52) / character) - beside)
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

/** Text that is being selected does not scroll away. */
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
