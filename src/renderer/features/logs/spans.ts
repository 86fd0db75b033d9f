/** A row's text cut into spans, each with one style, one link and one highlight. */
import type { Style } from './ansi.ts'
import type { Row } from './content.ts'
import type { Matcher } from './matcher.ts'

export interface Span {
  readonly start: number
  readonly text: string
  readonly style?: Style | undefined
  readonly quiet: boolean
  /** The whole address, if the span is part of one. */
  readonly link?: string | undefined
  readonly found: boolean
}

const LINK = /\bhttps?:\/\/[^\s"'<>\\^`{|}]+[^\s"'<>\\^`{|}.,:;!?)\]]/gi
const LONGEST = 20_000

export function spansOf(row: Row, matcher: Matcher | undefined): readonly Span[] {
  const { content } = row
  if (!content) return []
  const { plain, runs, quietFrom } = content
  const searched = plain.length > LONGEST ? plain.slice(row.start, row.end) : plain
  const shift = plain.length > LONGEST ? row.start : 0
  const links = [...searched.matchAll(LINK)].map(match => ({
    start: match.index + shift,
    end: match.index + shift + match[0].length,
    link: match[0]
  }))
  const found = (matcher?.(searched) ?? []).map(([start, end]) => ({
    start: start + shift,
    end: end + shift
  }))
  const cuts = new Set([row.start, row.end])
  for (const { start, end } of [...runs, ...links, ...found, { start: quietFrom, end: quietFrom }]) {
    for (const cut of [start, end]) if (cut > row.start && cut < row.end) cuts.add(cut)
  }
  const places = [...cuts].sort((a, b) => a - b)
  return places.slice(0, -1).map((start, index) => {
    const end = places[index + 1] as number
    const within = (range: { start: number; end: number }) => range.start <= start && range.end >= end
    return {
      start,
      text: plain.slice(start, end),
      style: runs.find(within)?.style,
      quiet: start >= quietFrom,
      link: links.find(within)?.link,
      found: found.some(within)
    }
  })
}
