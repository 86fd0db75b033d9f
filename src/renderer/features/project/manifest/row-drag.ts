/** Drags rows of a list by their grips: the dragged row, and where it would go. */
import { type PointerEvent, type RefObject, useState } from 'react'

interface Drag {
  readonly from: number
  /** Index in the list without the dragged row. */
  readonly to: number
}

/** Rows are the elements with `data-row` in the list. `onMove` gets the row's old and new index. */
export function useRowDrag(list: RefObject<HTMLElement | null>, onMove: (from: number, to: number) => void) {
  const [drag, setDrag] = useState<Drag>()
  const target = drag && targetOf(drag)
  return {
    from: drag?.from,
    /** The row at which the drop line is drawn, and its side. */
    drop: target?.row,
    edge: target?.edge,
    start(row: number, event: PointerEvent<HTMLElement>) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      setDrag({ from: row, to: row })
    },
    move(event: PointerEvent<HTMLElement>) {
      if (!drag || !list.current) return
      setDrag({ from: drag.from, to: placeAt(list.current, drag.from, event.clientY) })
      scrollAlong(event.currentTarget, event.clientY)
    },
    end() {
      if (drag) onMove(drag.from, drag.to)
      setDrag(undefined)
    },
    cancel: () => setDrag(undefined)
  }
}

function placeAt(list: HTMLElement, from: number, y: number): number {
  const others = [...list.querySelectorAll<HTMLElement>('[data-row]')].filter(
    row => Number(row.dataset.row) !== from
  )
  return others.filter(row => {
    const { top, height } = row.getBoundingClientRect()
    return y > top + height / 2
  }).length
}

function targetOf({ from, to }: Drag): { row: number; edge: 'before' | 'after' } | undefined {
  if (to === from) return undefined
  return to > from ? { row: to, edge: 'after' } : { row: to, edge: 'before' }
}

const EDGE_PX = 40
const STEP_PX = 12

/** Scrolls if the pointer is near an edge of the scroll area. */
function scrollAlong(grip: HTMLElement, y: number): void {
  const scroller = grip.closest<HTMLElement>('[data-scrolls]')
  if (!scroller) return
  const { top, bottom } = scroller.getBoundingClientRect()
  if (y < top + EDGE_PX) scroller.scrollTop -= STEP_PX
  else if (y > bottom - EDGE_PX) scroller.scrollTop += STEP_PX
}
