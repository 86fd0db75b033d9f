/** Selects whole lines of a log list, by the marks before them or by keys, and copies them. */
import { useState } from 'react'
import { type CopyRange, copiedText, selectionText } from './copy.ts'
import type { LogWindow } from './window.ts'

/** The selected lines and what changes them. */
export interface LineSelection {
  readonly isEmpty: boolean
  /** Whether the entry with this stable index is selected. */
  has(place: number): boolean
  /** Selects one line, or extends the selection to it. */
  select(place: number, extend: boolean): void
  /** Extends the selection by a line; a new selection begins at `start`. */
  step(direction: 1 | -1, start: number): void
  selectAll(): void
  clear(): void
  onCopy(event: React.ClipboardEvent): void
}

/** The selection of one list. */
export function useLineSelection(held: LogWindow): LineSelection {
  const [range, setRange] = useState<CopyRange>()
  const { entries, base } = held
  return {
    isEmpty: range === undefined,
    has: place => range !== undefined && isWithin(range, place),
    select: (place, extend) =>
      setRange(before => ({ from: extend && before ? before.from : place, to: place })),
    step: (direction, start) =>
      setRange(before => {
        const { from, to } = before ?? { from: start, to: start - direction }
        return { from, to: Math.min(base + entries.length - 1, Math.max(base, to + direction)) }
      }),
    selectAll: () => setRange({ from: base, to: base + entries.length - 1 }),
    clear: () => setRange(undefined),
    onCopy(event) {
      const text = selectionText(getSelection()) ?? (range && copiedText(entries, base, range))
      if (text === undefined) return
      event.clipboardData.setData('text/plain', text)
      event.preventDefault()
    }
  }
}

function isWithin({ from, to }: CopyRange, place: number): boolean {
  return place >= Math.min(from, to) && place <= Math.max(from, to)
}
