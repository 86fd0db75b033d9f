/** One row of a log: mark, time, source and text; or one of the viewer's own notes. */
import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { t } from '#shared/language.ts'
import { age, moment } from '../../labels/humanise.ts'
import type { LogLook } from '../../window/view.ts'
import type { Colour, Style } from './ansi.ts'
import { isJson, type Row } from './content.ts'
import type { LineEntry, NoteEntry } from './entries.ts'
import styles from './log-list.module.css'
import type { Matcher } from './matcher.ts'
import { linkTarget } from './own-link.ts'
import { type Span, spansOf } from './spans.ts'

interface LogRowProps {
  readonly row: Row
  /** Stable index of the entry. */
  readonly place: number
  readonly times: LogLook['times']
  /** Changes as time passes, if times are shown as ages. */
  readonly now: number
  readonly matcher: Matcher | undefined
  readonly current: boolean
  readonly selected: boolean
  readonly expanded: boolean
  /** Name of each source, if one list shows several logs. */
  readonly sources: readonly string[] | undefined
  /** The app's address outside the container, if it differs from the address in its lines. */
  readonly outer: string | undefined
}

export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { row, place } = props
  if (row.entry.kind === 'note') return <NoteRow note={row.entry} place={place} />
  return <LineRow {...props} entry={row.entry} />
})

function LineRow({ entry, row, place, times, now, matcher, ...props }: LogRowProps & { entry: LineEntry }) {
  const begins = row.part === 0
  const level = entry.level === 'error' || entry.level === 'warning' ? entry.level : undefined
  return (
    <div
      className={styles.row}
      data-row={place}
      data-continues={!begins || undefined}
      data-level={level}
      data-stream={entry.stream}
      data-current={props.current || undefined}
      data-selected={props.selected || undefined}
    >
      <span className={styles.mark} data-mark title={begins && level ? LEVEL_NAMES[level] : undefined}>
        {begins && level ? LEVEL_SIGNS[level] : ''}
      </span>
      {times === 'off' ? null : (
        <span className={styles.time} title={begins ? moment(entry.time) : undefined}>
          {begins && !entry.continues ? timeText(entry.time, times, now) : ''}
        </span>
      )}
      {props.sources ? (
        <span className={styles.source} data-source={entry.source % 6} title={props.sources[entry.source]}>
          {begins ? props.sources[entry.source] : ''}
        </span>
      ) : null}
      <span className={styles.text}>
        {begins && isJson(entry) ? (
          <button
            type="button"
            className={styles.fold}
            data-fold={place}
            tabIndex={-1}
            aria-expanded={props.expanded}
            aria-label={t`Lay out the JSON of this line`}
          >
            {props.expanded ? <ChevronDown size={12} /> : <ChevronRight size={12} />}
          </button>
        ) : null}
        {spansOf(row, matcher).map((span, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row and its pieces are reused for other lines
          <Piece key={index} span={span} outer={props.outer} />
        ))}
      </span>
    </div>
  )
}

const LEVEL_SIGNS = { error: '✕', warning: '▲' } as const
const LEVEL_NAMES = { error: t`Error`, warning: t`Warning` } as const

function Piece({ span, outer }: { span: Span; outer: string | undefined }) {
  const { style, found, quiet, text } = span
  const link = span.link === undefined ? undefined : linkTarget(span.link, outer)
  if (!style && link === undefined && !found && !quiet) return text
  const inline = style ? colours(style) : undefined
  return (
    <span
      className={styles.piece}
      data-bold={style?.bold || undefined}
      data-dim={style?.dim || undefined}
      data-italic={style?.italic || undefined}
      data-underline={style?.underline || undefined}
      data-struck={style?.struck || undefined}
      data-quiet={quiet || undefined}
      data-found={found || undefined}
      data-link={link}
      {...(link === undefined ? {} : { role: 'link', title: link })}
      {...(inline ? { style: inline } : {})}
    >
      {text}
    </span>
  )
}

/** Mixes every colour with the theme's text colour until it is readable; a background becomes a tint. */
function colours({ text, ground, inverse }: Style): React.CSSProperties {
  const ink = inverse ? ground : text
  const back = inverse ? (text ?? 7) : ground
  return {
    ...(ink === undefined ? {} : { color: cssColour(ink) }),
    ...(back === undefined ? {} : { background: `color-mix(in oklab, ${rawColour(back)} 22%, transparent)` })
  }
}

function cssColour(colour: Colour): string {
  return typeof colour === 'number'
    ? `var(--log-${colour})`
    : `color-mix(in oklab, ${rawColour(colour)}, var(--q-text) var(--log-mix))`
}

function rawColour(colour: Colour): string {
  return typeof colour === 'number' ? `var(--log-${colour})` : `rgb(${colour.join(' ')})`
}

function timeText(time: string, times: LogLook['times'], now: number): string {
  if (times === 'utc') return time.slice(11, 23)
  if (times === 'ago') return age(time, now)
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return time
  return `${date.toLocaleTimeString('en-GB', { hour12: false })}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function NoteRow({ note, place }: { note: NoteEntry; place: number }) {
  return (
    <div className={styles.note} data-tone={note.tone} data-note={place}>
      <span title={note.text}>
        {note.text}
        {note.time ? ` · ${moment(note.time)}` : ''}
      </span>
    </div>
  )
}
