/** Scrolls a log list: renders it at its position, and moves it for the user and the tools around it. */
import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { Entry } from './entries.ts'
import { createLayout, type Layout } from './layout.ts'
import type { LogReader } from './reader.ts'
import {
  canHold,
  createPosition,
  goToEnd,
  goToLine,
  goToStart,
  holdAt,
  lineOnScreen,
  type OnScreen,
  type Position,
  putOnScreen,
  scrolledByUser
} from './scroll-position.ts'
import { useFrames } from './use-frames.ts'

/** Distance from an end, in rows, at which more is read. */
const NEAR = 150

export interface LogScroll {
  readonly ref: React.RefObject<HTMLDivElement | null>
  readonly layout: Layout
  readonly first: number
  readonly last: number
  readonly following: boolean
  /** True if the end is on screen: the list follows it, or everything fits. */
  readonly atEnd: boolean
  readonly newLines: number
  readonly width: number
  /** Stops following, and stays where it is. */
  hold(): void
  toEnd(): void
  toStart(): void
  /** Shows the line of this number in the middle, or the nearest line. */
  toLine(number: number): void
  /** Number of a line that is on screen. */
  lineInView(): number | undefined
  onScroll(): void
}

/** `rows` counts the rows of an entry; its identity changes when a count does. */
export function useLogScroll(reader: LogReader, rows: ((entry: Entry) => number) | undefined): LogScroll {
  const ref = useRef<HTMLDivElement>(null)
  const size = useSize(ref)
  useFrames(reader)
  const [, redraw] = useState(0)
  const [position] = useState(createPosition)
  const layout = useLayout(reader, rows)
  const screen = putOnScreen(position, reader, layout, size.height)
  const { end } = reader.state.getState()
  useScrolled(ref, position, screen)

  const drawAgain = useCallback(() => redraw(count => count + 1), [])
  return {
    ref,
    layout,
    first: screen.first,
    last: screen.last,
    following: position.following,
    atEnd: screen.atEnd,
    newLines: screen.atEnd ? 0 : Math.max(0, end - position.seenTo),
    width: size.width,
    hold() {
      if (!canHold(position, screen)) return
      holdAt(position, screen, ref.current?.scrollTop ?? screen.top)
      drawAgain()
    },
    toEnd() {
      goToEnd(position, screen)
      drawAgain()
    },
    toStart() {
      goToStart(position, screen)
      drawAgain()
    },
    toLine(number) {
      goToLine(position, screen, number)
      drawAgain()
    },
    lineInView: () => lineOnScreen(screen),
    onScroll() {
      const element = ref.current
      if (!element || Math.abs(element.scrollTop - position.scrolled) < 1) return
      const isAtEnd = element.scrollTop >= element.scrollHeight - element.clientHeight - 3
      scrolledByUser(position, screen, element.scrollTop, isAtEnd)
      drawAgain()
    }
  }
}

/** Scrolls the element to the rendered rows, and reports to the reader what the view shows. */
function useScrolled(ref: React.RefObject<HTMLDivElement | null>, position: Position, screen: OnScreen) {
  useLayoutEffect(() => {
    const { reader, layout, height, top, first, last } = screen
    const element = ref.current
    if (!element || height === 0) return
    if (Math.abs(element.scrollTop - top) >= 1) element.scrollTop = top
    position.scrolled = element.scrollTop
    reader.setView({
      following: position.following,
      nearStart: first < NEAR,
      nearEnd: layout.total - last < NEAR
    })
  })
}

/** Created again only when the entries or their rows have changed. */
function useLayout({ window: held }: LogReader, rows: ((entry: Entry) => number) | undefined): Layout {
  const made = useRef<{ layout: Layout; rows: typeof rows; revision: number }>(undefined)
  const { revision } = held
  if (made.current?.revision !== revision || made.current.rows !== rows) {
    made.current = { layout: createLayout(held.entries, rows), rows, revision }
  }
  return made.current.layout
}

function useSize(ref: React.RefObject<HTMLDivElement | null>) {
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element
      if (height > 0)
        setSize(size => (size.width === width && size.height === height ? size : { width, height }))
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])
  return size
}
