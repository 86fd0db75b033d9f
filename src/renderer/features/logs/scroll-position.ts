/** The position of a log list: at the end, which it follows, or at an entry that stays in place while others change. */
import type { Layout } from './layout.ts'
import type { LogReader } from './reader.ts'

/** Height of a row in pixels, the same as in log-list.module.css. */
export const ROW = 18
/** Space below the last row, in pixels. */
export const FOOT = 6

interface Anchor {
  /** Stable index of an entry (see LogWindow.base), and its pixels above the edge. */
  readonly place: number
  readonly offset: number
}

/** The state a list keeps between two renderings. */
export interface Position {
  following: boolean
  /** The entry at the upper edge while the list does not follow. */
  anchor: Anchor
  /** Number of the line to go to as soon as it is held. */
  target: number | undefined
  /** Number behind the newest line that was on screen. */
  seenTo: number
  /** Pixels scrolled, as last set or last read. */
  scrolled: number
}

/** The content that can be scrolled. */
interface Scrollable {
  readonly reader: LogReader
  readonly layout: Layout
  /** Pixels of the list's own height. */
  readonly height: number
  /** Pixels scrolled when the end is on screen. */
  readonly bottom: number
}

/** The rows on screen in one rendering. */
export interface OnScreen extends Scrollable {
  /** Pixels scrolled. */
  readonly top: number
  /** The first row, and the row behind the last one. */
  readonly first: number
  readonly last: number
  /** True if the end is on screen: the list follows it, or everything fits. */
  readonly atEnd: boolean
}

/** Follows the end. */
export function createPosition(): Position {
  return { following: true, anchor: { place: 0, offset: 0 }, target: undefined, seenTo: 0, scrolled: 0 }
}

/** Finds the rows to render, and goes to the target if it is held now. */
export function putOnScreen(position: Position, reader: LogReader, layout: Layout, height: number): OnScreen {
  const bottom = Math.max(0, layout.total * ROW + FOOT - height)
  const list = { reader, layout, height, bottom }
  if (position.target !== undefined) settle(position, list, position.target)
  const top = position.following ? bottom : Math.min(bottom, topOf(position.anchor, list))
  const first = Math.max(0, Math.floor(top / ROW))
  const last = Math.min(layout.total, first + Math.ceil(height / ROW) + 2)
  const atEnd = position.following || (bottom === 0 && reader.reachesEnd())
  if (atEnd) position.seenTo = reader.state.getState().end
  return { ...list, top, first, last, atEnd }
}

/** Goes to a wanted line, or the nearest line, as soon as it is held. */
function settle(position: Position, list: Scrollable, number: number): void {
  const { reader, layout, height } = list
  const { window: held } = reader
  const { status } = reader.state.getState()
  if (!isHeld(reader, number) && (status === 'opening' || !held.firstLine())) return
  const found = held.entries.findIndex(entry => entry.kind === 'line' && entry.number >= number)
  const index = found < 0 ? held.entries.length - 1 : found
  const middle = Math.floor(height / 2 / ROW) * ROW
  const start = number === 0 ? 0 : Math.max(0, layout.rowOf(index) * ROW - middle)
  position.target = undefined
  position.following = false
  position.anchor = anchorAt(list, start)
}

function isHeld({ window: held }: LogReader, number: number): boolean {
  const from = held.firstLine()
  const to = held.lastLine()
  return from !== undefined && to !== undefined && number >= from.number && number <= to.number
}

function topOf({ place, offset }: Anchor, { reader, layout }: Scrollable): number {
  const { base, entries } = reader.window
  const index = place - base
  if (index < 0) return 0
  return layout.rowOf(Math.min(index, entries.length)) * ROW + offset
}

function anchorAt({ reader, layout }: Scrollable, pixels: number): Anchor {
  const row = Math.min(Math.floor(pixels / ROW), Math.max(0, layout.total - 1))
  const { index } = layout.at(row)
  return { place: reader.window.base + index, offset: pixels - layout.rowOf(index) * ROW }
}

/** Whether there is anything to hold: a list that has room for everything stays where it is. */
export function canHold(position: Position, { bottom }: OnScreen): boolean {
  return position.following && bottom > 0
}

/** Stops following, and stays where it is. */
export function holdAt(position: Position, screen: OnScreen, pixels: number): void {
  position.following = false
  position.anchor = anchorAt(screen, pixels)
}

/** Stays where the user has scrolled to; at the newest line, the list starts following the end. */
export function scrolledByUser(position: Position, screen: OnScreen, pixels: number, isAtEnd: boolean): void {
  position.scrolled = pixels
  position.following = isAtEnd && screen.reader.reachesEnd()
  position.anchor = anchorAt(screen, pixels)
}

/** Follows the end; the reader reads it first if it is not held. */
export function goToEnd(position: Position, { reader, layout, height }: OnScreen): void {
  const isCut = layout.total * ROW > height && !reader.reachesEnd()
  position.following = true
  position.target = undefined
  if (isCut) reader.show('end')
}

/** Goes to the first line of the log. */
export function goToStart(position: Position, { reader }: OnScreen): void {
  position.target = 0
  if (!reader.state.getState().atStart) reader.show('start')
  position.following = false
}

/** Goes to the line of this number, now or once the reader has read it. */
export function goToLine(position: Position, { reader }: OnScreen, number: number): void {
  position.target = number
  if (isHeld(reader, number)) return
  position.following = false
  reader.show(number)
}

/** Number of a line that is on screen. */
export function lineOnScreen({ reader, layout, first, last }: OnScreen): number | undefined {
  const { index } = layout.at(Math.max(first, last - 3))
  const entry = reader.window.entries.slice(0, index + 1).findLast(({ kind }) => kind === 'line')
  return entry?.kind === 'line' ? entry.number : undefined
}
