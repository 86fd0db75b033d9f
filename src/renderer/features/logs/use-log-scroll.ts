/** Where a log list stands: at the end it follows, or at an entry that stays put while others come and go. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Entry } from './entries.ts'
import { createLayout, type Layout } from './layout.ts'
import type { LogReader } from './reader.ts'
import { createTurns, isPictureDue } from './turns.ts'

/** Pixels of a row; log-list.module.css knows it too. */
export const ROW = 18
/** Rows from an end at which more is read. */
const NEAR = 150
/** Space below the last row, in pixels. */
export const FOOT = 6
/** Logs drawn in one frame, where many have something new. */
const DRAWN_AT_ONCE = 2

interface Anchor {
  /** Index of an entry that stays valid (see LogWindow.base), and pixels of it above the edge. */
  readonly place: number
  readonly offset: number
}

export interface LogScroll {
  readonly ref: React.RefObject<HTMLDivElement | null>
  readonly layout: Layout
  readonly first: number
  readonly last: number
  readonly following: boolean
  /** The end is on screen, whether it is followed or all there is has room. */
  readonly atEnd: boolean
  readonly newLines: number
  readonly width: number
  /** Stops following, and stays where it is. */
  hold(): void
  toEnd(): void
  toStart(): void
  /** Shows the line of this number in the middle, or the one nearest to it. */
  toLine(number: number): void
  /** Number of a line that is on screen. */
  lineInView(): number | undefined
  onScroll(): void
}

/** `rows` tells how many rows an entry has; its identity changes when that changes. */
export function useLogScroll(reader: LogReader, rows: ((entry: Entry) => number) | undefined): LogScroll {
  const ref = useRef<HTMLDivElement>(null)
  const size = useSize(ref)
  useFrames(reader)
  const [, redraw] = useState(0)
  const following = useRef(true)
  const anchor = useRef<Anchor>({ place: 0, offset: 0 })
  /** Number behind the newest line that was seen. */
  const seenTo = useRef(0)
  const lastSet = useRef(0)
  const wanted = useRef<number>(undefined)
  const { window: held } = reader
  const layout = useLayout(reader, rows)

  const most = Math.max(0, layout.total * ROW + FOOT - size.height)
  if (wanted.current !== undefined) settle(wanted.current)
  const top = following.current ? most : Math.min(most, anchorTop(anchor.current))
  const first = Math.max(0, Math.floor(top / ROW))
  const last = Math.min(layout.total, first + Math.ceil(size.height / ROW) + 2)
  const { end } = reader.state.getState()
  const atEnd = following.current || (most === 0 && reader.reachesEnd())
  if (atEnd) seenTo.current = end

  function anchorTop({ place, offset }: Anchor): number {
    const index = place - held.base
    if (index < 0) return 0
    return layout.rowOf(Math.min(index, held.entries.length)) * ROW + offset
  }

  /** Goes to a wanted line as soon as it is held. */
  function settle(number: number) {
    const from = held.firstLine()
    const to = held.lastLine()
    const { status } = reader.state.getState()
    const isHeld = from && to && number >= from.number && number <= to.number
    if (!isHeld && (status === 'opening' || !from)) return
    const found = held.entries.findIndex(entry => entry.kind === 'line' && entry.number >= number)
    const index = found < 0 ? held.entries.length - 1 : found
    wanted.current = undefined
    following.current = false
    const middle = Math.floor(size.height / 2 / ROW) * ROW
    const start = number === 0 ? 0 : Math.max(0, layout.rowOf(index) * ROW - middle)
    anchor.current = anchorAt(start)
  }

  function anchorAt(pixels: number): Anchor {
    const row = Math.min(Math.floor(pixels / ROW), Math.max(0, layout.total - 1))
    const { index } = layout.at(row)
    return { place: held.base + index, offset: pixels - layout.rowOf(index) * ROW }
  }

  useLayoutEffect(() => {
    const element = ref.current
    if (!element || size.height === 0) return
    if (Math.abs(element.scrollTop - top) >= 1) element.scrollTop = top
    lastSet.current = element.scrollTop
    reader.setView({
      following: following.current,
      nearStart: first < NEAR,
      nearEnd: layout.total - last < NEAR
    })
  })

  const again = useCallback(() => redraw(count => count + 1), [])
  return {
    ref,
    layout,
    first,
    last,
    following: following.current,
    atEnd,
    newLines: atEnd ? 0 : Math.max(0, end - seenTo.current),
    width: size.width,
    hold() {
      if (!following.current || most === 0) return
      following.current = false
      anchor.current = anchorAt(ref.current?.scrollTop ?? top)
      again()
    },
    toEnd() {
      const isCut = layout.total * ROW > size.height && !reader.reachesEnd()
      following.current = true
      wanted.current = undefined
      if (isCut) reader.show('end')
      again()
    },
    toStart() {
      wanted.current = 0
      if (!reader.state.getState().atStart) reader.show('start')
      following.current = false
      again()
    },
    toLine(number) {
      const from = held.firstLine()
      const to = held.lastLine()
      wanted.current = number
      if (!from || !to || number < from.number || number > to.number) {
        following.current = false
        reader.show(number)
      }
      again()
    },
    lineInView() {
      const index = layout.at(Math.max(first, last - 3)).index
      const entry = held.entries.slice(0, index + 1).findLast(it => it.kind === 'line')
      return entry?.kind === 'line' ? entry.number : undefined
    },
    onScroll() {
      const element = ref.current
      if (!element || Math.abs(element.scrollTop - lastSet.current) < 1) return
      lastSet.current = element.scrollTop
      const atEnd = element.scrollTop >= element.scrollHeight - element.clientHeight - 3
      following.current = atEnd && reader.reachesEnd()
      anchor.current = anchorAt(element.scrollTop)
      again()
    }
  }
}

/** Made anew when the entries or their rows have changed, whatever else draws the list again. */
function useLayout({ window: held }: LogReader, rows: ((entry: Entry) => number) | undefined): Layout {
  const made = useRef<{ layout: Layout; rows: typeof rows; revision: number }>(undefined)
  const { revision } = held
  if (made.current?.revision !== revision || made.current.rows !== rows) {
    made.current = { layout: createLayout(held.entries, rows), rows, revision }
  }
  return made.current.layout
}

const turns = createTurns(DRAWN_AT_ONCE)

/**
 * Draws again when the log has changed: however many pages come, one picture a frame. Of a flood nobody can read each
 * picture: most frames are left to the keys, to the other panes and to reading on.
 */
function useFrames(reader: LogReader): void {
  const [, setVersion] = useState(0)
  useEffect(() => {
    let drawn = Number.NEGATIVE_INFINITY
    let keyed = Number.NEGATIVE_INFINITY
    let takeBack = () => {}
    const ask = () => {
      takeBack = turns.ask(draw)
    }
    function draw(now: number) {
      if (!reader.reachesEnd() && !isPictureDue(now, drawn, keyed)) return ask()
      drawn = now
      setVersion(before => before + 1)
    }
    const onKey = () => {
      keyed = performance.now()
    }
    const end = reader.onChange(ask)
    addEventListener('keydown', onKey, { capture: true })
    setVersion(before => before + 1)
    return () => {
      end()
      takeBack()
      removeEventListener('keydown', onKey, { capture: true })
    }
  }, [reader])
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
