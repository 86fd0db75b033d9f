/** The rows of each entry of a log list: depends on the list's width, expanded entries and display settings. */
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import type { LogLook } from '../../window/view.ts'
import { type Row, type RowOptions, rowCount, rowsOf } from './content.ts'
import type { Entry } from './entries.ts'

/** `named` says that each line shows the name of its log. */
export function useRowsOfEntries(look: LogLook, named: boolean) {
  const [expanded, toggle] = useReducer(toggled, new Set<Entry>())
  const probe = useRef<HTMLSpanElement>(null)
  const [width, setWidth] = useState(0)
  const columns = useColumns(probe, width, look, named)
  const options = useCallback(
    (entry: Entry): RowOptions => ({ tidy: look.tidy, columns, expanded: expanded.has(entry) }),
    [look.tidy, columns, expanded]
  )
  const rows = useRows(options)
  const counts = useRowCounts(options, columns > 0 || expanded.size > 0)
  return { expanded, toggle, rows, counts, probe, width, setWidth }
}

function toggled(before: ReadonlySet<Entry>, entry: Entry): Set<Entry> {
  const next = new Set(before)
  if (!next.delete(entry)) next.add(entry)
  return next
}

/** Creates an entry's rows once, until the options change, so that unchanged rows are not rendered again. */
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

/** Counts an entry's rows once, until the options change. */
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

/** Columns a wrapped line has, by the width of its font; 0 if lines are not wrapped. */
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
