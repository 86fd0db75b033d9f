/** The content of a line: its text, tidied if wanted, and its division into rows. */
import { displayWidth } from '#shared/text.ts'
import { jsonOf, prettyJson, tidyJson } from '../../labels/json-lines.ts'
import { type Styled, styled } from './ansi.ts'
import type { Entry, LineEntry } from './entries.ts'

export interface Content extends Styled {
  /** Index from which the text is less important; the text's length if all of it is equally important. */
  readonly quietFrom: number
}

/** One row: a part of a line's content, or of its indented JSON below it. */
export interface Row {
  readonly entry: Entry
  /** 0 for the first row of a line. */
  readonly part: number
  readonly content: Content | undefined
  readonly start: number
  readonly end: number
}

/** Characters shown of a row that is not wrapped. */
const LONGEST = 8_000

const plainly = new WeakMap<LineEntry, Content>()
const tidily = new WeakMap<LineEntry, Content>()

export function contentOf(entry: LineEntry, tidy: boolean): Content {
  // The launcher writes its own lines as JSON for programs, so they are always tidied.
  const wanted = tidy || entry.stream === 'system'
  const cache = wanted ? tidily : plainly
  let content = cache.get(entry)
  if (!content) {
    content = makeContent(entry, wanted)
    cache.set(entry, content)
  }
  return content
}

function makeContent(entry: LineEntry, tidy: boolean): Content {
  const plain = styled(entry.text)
  const tidied = tidy && !entry.partial && !entry.continues ? tidyJson(plain.plain) : undefined
  if (!tidied) return { ...plain, quietFrom: plain.plain.length }
  const { plain: text } = styled(tidied.text)
  return { plain: text, runs: [], quietFrom: tidied.quietFrom }
}

/** Whether a line has JSON that can be indented over several rows. */
export function isJson(entry: LineEntry): boolean {
  return entry.text.includes('{') && !entry.partial && jsonOf(contentOf(entry, false).plain) !== undefined
}

export interface RowOptions {
  readonly tidy: boolean
  /** Columns of a row; 0 if lines are not wrapped. */
  readonly columns: number
  readonly expanded: boolean
}

export function rowsOf(entry: Entry, options: RowOptions): readonly Row[] {
  if (entry.kind === 'note') return [{ entry, part: 0, content: undefined, start: 0, end: 0 }]
  const pieces = piecesOf(contentOf(entry, options.tidy), options.columns)
  const below = options.expanded
    ? (prettyJson(contentOf(entry, false).plain) ?? []).flatMap(text =>
        piecesOf({ plain: text, runs: [], quietFrom: text.length }, options.columns)
      )
    : []
  return [...pieces, ...below].map((piece, part) => ({ entry, part, ...piece }))
}

/** Number of rows; creates the rows only if there is no quicker way to count them. */
export function rowCount(entry: Entry, options: RowOptions): number {
  if (entry.kind === 'note') return 1
  if (options.expanded) return rowsOf(entry, options).length
  if (options.columns === 0) return 1
  // Removing sequences and tidying only shorten a text that fits one row.
  const { text } = entry
  if (text.length <= options.columns && /^[\x1b\x20-\x7e]*$/.test(text) && !options.tidy) return 1
  return piecesOf(contentOf(entry, options.tidy), options.columns).length
}

interface Piece {
  readonly content: Content
  readonly start: number
  readonly end: number
}

function piecesOf(content: Content, columns: number): Piece[] {
  const { length } = content.plain
  if (columns === 0) return [{ content, start: 0, end: Math.min(length, LONGEST) }]
  if (length <= columns && displayWidth(content.plain) <= columns) return [{ content, start: 0, end: length }]
  const pieces: Piece[] = []
  for (let start = 0; start < length; ) {
    const end = pieceEnd(content.plain, start, columns)
    pieces.push({ content, start, end })
    start = end
  }
  return pieces
}

/** Where a row that begins at `start` is full; each row has at least one character. */
function pieceEnd(text: string, start: number, columns: number): number {
  const whole = text.slice(start, start + columns)
  if (/^[\x20-\x7e]*$/.test(whole)) return start + whole.length
  let width = 0
  let end = start
  for (const character of whole) {
    width += displayWidth(character)
    if (width > columns && end > start) break
    end += character.length
  }
  return end
}
