/** Keys that move in a list, and lists of buttons in which Tab reaches only the active one. */
import { type KeyboardEvent, type RefObject, useRef } from 'react'

export interface ListKeys {
  readonly next: readonly string[]
  readonly previous: readonly string[]
  /** Wraps around from the last item to the first. */
  readonly round?: boolean
  /** Rows that PageUp and PageDown move by. */
  readonly page?: number
  /** True if Home and End move to the first and last item. */
  readonly ends?: boolean
}

/** Index a key moves to; undefined for keys that do not move. `at` is -1 if no item is active. */
export function movedTo(key: string, at: number, length: number, keys: ListKeys): number | undefined {
  if (length === 0) return undefined
  const within = (index: number) => Math.min(Math.max(index, 0), length - 1)
  const step = keys.next.includes(key) ? 1 : keys.previous.includes(key) ? -1 : 0
  if (step !== 0) return keys.round ? (at + step + length) % length : within(at + step)
  if (keys.page !== undefined && key === 'PageDown') return within(at + keys.page)
  if (keys.page !== undefined && key === 'PageUp') return within(at - keys.page)
  if (keys.ends && key === 'Home') return 0
  if (keys.ends && key === 'End') return length - 1
  return undefined
}

/** The arrow keys for a row of labels. */
export const IN_A_ROW: ListKeys = { next: ['ArrowRight'], previous: ['ArrowLeft'], round: true }
/** The arrow keys for labels that may wrap over several rows. */
export const IN_ROWS: ListKeys = {
  next: ['ArrowRight', 'ArrowDown'],
  previous: ['ArrowLeft', 'ArrowUp'],
  round: true
}

interface Roving {
  readonly ref: RefObject<HTMLDivElement | null>
  readonly onKeyDown: (event: KeyboardEvent) => void
}

/** For the element around buttons that each have a `data-key`: arrow keys choose and focus another button. */
export function useRovingKeys<Key extends string>(
  all: readonly Key[],
  active: Key,
  onChange: (key: Key) => void,
  keys = IN_A_ROW
): Roving {
  const ref = useRef<HTMLDivElement>(null)
  return {
    ref,
    onKeyDown(event) {
      const index = movedTo(event.key, all.indexOf(active), all.length, keys)
      const next = index === undefined ? undefined : all[index]
      if (next === undefined) return
      event.preventDefault()
      onChange(next)
      ref.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(next)}"]`)?.focus()
    }
  }
}
