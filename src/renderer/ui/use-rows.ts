/** The current row of a table, and how clicks and keys change it and the chosen rows. */
import { type KeyboardEvent, type MouseEvent, useMemo, useRef } from 'react'
import { toggled, withRange } from './checks.ts'
import type { DataGridProps, RowEvents } from './data-grid-types.ts'
import { type ListKeys, movedTo } from './list-keys.ts'

export function useRows<T>(props: DataGridProps<T>, rows: readonly T[]) {
  const { idOf, selected, choice, onSelect, onOpen } = props
  const anchor = useRef<string | undefined>(undefined)
  // Stays when the panel closes, so that the keys continue from there.
  const cursor = useRef(selected)
  if (selected !== undefined) cursor.current = selected
  const at = cursor.current === undefined ? -1 : rows.findIndex(row => idOf(row) === cursor.current)
  const latest = useRef({ props, rows })
  latest.current = { props, rows }

  const events = useMemo<RowEvents<T>>(() => {
    function check(event: MouseEvent, row: T) {
      const { props: now, rows: shown } = latest.current
      const id = now.idOf(row)
      const { choice: chosen } = now
      if (!chosen) return
      chosen.onChange(
        event.shiftKey
          ? withRange(chosen.ids, shown.map(now.idOf), anchor.current ?? cursor.current, id)
          : toggled(chosen.ids, id)
      )
      anchor.current = id
      cursor.current = id
    }
    return {
      check,
      click(event, row) {
        const { props: now } = latest.current
        if (now.choice && (event.shiftKey || event.ctrlKey || event.metaKey)) return check(event, row)
        anchor.current = now.idOf(row)
        now.onSelect?.(now.idOf(row))
      },
      open: row => latest.current.props.onOpen?.(row)
    }
  }, [])

  function chooseByKey(event: KeyboardEvent, row: T | undefined): boolean {
    if (!choice) return false
    if (event.key === ' ' && row !== undefined) {
      anchor.current = idOf(row)
      choice.onChange(toggled(choice.ids, idOf(row)))
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      choice.onChange(new Set([...choice.ids, ...rows.map(idOf)]))
    } else if (event.key === 'Escape' && choice.ids.size > 0) choice.onChange(new Set())
    else return false
    return true
  }

  function onKeyDown(event: KeyboardEvent) {
    const target = event.target as HTMLElement
    // A row's checkbox uses the row's keys; other elements in the grid have their own.
    if (event.target !== event.currentTarget && !target.matches('[role=gridcell] > [role=checkbox]')) return
    const row = rows[at]
    if (chooseByKey(event, row)) return event.preventDefault()
    const next = nextRow(event, at, rows.length)
    const moved = next === undefined ? undefined : rows[next]
    if (moved !== undefined) {
      event.preventDefault()
      if (event.shiftKey && choice) {
        const from = row === undefined ? undefined : idOf(row)
        choice.onChange(withRange(choice.ids, rows.map(idOf), from, idOf(moved)))
      }
      anchor.current = idOf(moved)
      onSelect?.(idOf(moved))
    } else if (event.key === 'Enter' && row !== undefined) {
      if (selected === undefined) onSelect?.(idOf(row))
      else onOpen?.(row)
    }
  }

  return { at, events, onKeyDown }
}

const KEYS: ListKeys = { next: ['ArrowDown', 'j'], previous: ['ArrowUp', 'k'], page: 10, ends: true }

/** Index of the row a key moves to; undefined for keys that do not move. */
function nextRow(event: KeyboardEvent, at: number, length: number): number | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  return movedTo(event.key, at, length, KEYS)
}
