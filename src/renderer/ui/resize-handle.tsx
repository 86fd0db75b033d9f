/** The line between two panes: drag it, or focus it and use the arrow keys. */
import { useRef, useState } from 'react'
import parts from './parts.module.css'

interface ResizeHandleProps {
  readonly axis: 'x' | 'y'
  readonly label: string
  /** Size in pixels of the pane after the line, and its bounds. */
  readonly size: number
  readonly min: number
  readonly max: number
  readonly onResize: (size: number) => void
}

const STEP = 16

export function ResizeHandle({ axis, label, size, min, max, onResize }: ResizeHandleProps) {
  const start = useRef<{ at: number; size: number }>(undefined)
  const [dragging, setDragging] = useState(false)
  const limit = (value: number) => onResize(Math.round(Math.min(Math.max(value, min), Math.max(min, max))))
  const at = (event: React.PointerEvent) => (axis === 'x' ? event.clientX : event.clientY)
  // In a small window the pane is smaller than its set size: start from the visible size.
  const shown = (handle: HTMLElement) => {
    const pane = handle.nextElementSibling?.getBoundingClientRect()
    return Math.round((axis === 'x' ? pane?.width : pane?.height) ?? size)
  }
  const [grow, shrink] = axis === 'x' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown']
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be focused and dragged
    <div
      className={parts.handle}
      data-axis={axis}
      data-dragging={dragging || undefined}
      role="separator"
      aria-label={label}
      aria-orientation={axis === 'x' ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={Math.max(min, Math.round(max))}
      tabIndex={0}
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = { at: at(event), size: shown(event.currentTarget) }
        setDragging(true)
      }}
      onPointerMove={event => {
        if (start.current) limit(start.current.size + start.current.at - at(event))
      }}
      onLostPointerCapture={() => {
        start.current = undefined
        setDragging(false)
      }}
      onKeyDown={event => {
        if (event.key !== grow && event.key !== shrink) return
        event.preventDefault()
        limit(shown(event.currentTarget) + (event.key === grow ? STEP : -STEP))
      }}
    />
  )
}
