/** What a log view lists: the lines of a log, and the viewer's own notes between them. */
import { t } from '#shared/language.ts'
import { isRunStart, type LogLine } from '#shared/log.ts'
import { withoutColours } from '#shared/text.ts'
import { duration } from '../../labels/humanise.ts'
import { isContinuation, type Level, levelOf } from './level.ts'

/** A line. In a flood, most lines are never shown, so the level is read from the text only on demand. */
export class LineEntry implements LogLine {
  readonly kind = 'line'
  readonly time: string
  readonly stream: LogLine['stream']
  readonly text: string
  readonly partial: boolean | undefined
  /** Number in the whole log, if the platform counts lines. */
  readonly number: number
  /** True if this continues the line before. */
  continues: boolean
  /** Index of the line's log, among several. */
  readonly source: number
  /** The level if the text has none. */
  private readonly inherited: Level | undefined
  private own: Level | 'none' | undefined

  constructor(line: LogLine, number: number, previous: LineEntry | undefined, source: number) {
    this.time = line.time
    this.stream = line.stream
    this.text = line.text
    this.partial = line.partial
    this.number = number
    this.source = source
    const before = previous?.stream === line.stream ? previous : undefined
    this.continues = before?.partial === true
    this.inherited = before && (this.continues || isContinuation(line.text)) ? before.level : undefined
    this.own = undefined
  }

  get level(): Level | undefined {
    this.own ??= levelOf(startOf(this.text)) ?? 'none'
    return this.own === 'none' ? this.inherited : this.own
  }
}

/** A row that no app can print: its appearance distinguishes it, not its text. */
export interface NoteEntry {
  readonly kind: 'note'
  readonly tone: 'run' | 'gap' | 'trouble'
  readonly text: string
  /** RFC 3339. */
  readonly time?: string
}

export type Entry = LineEntry | NoteEntry

/** Milliseconds of silence after which a row shows the gap: the computer slept, or the app waited. */
const LONG_SILENCE = 5 * 60_000
/** Milliseconds a clock must go back before a row shows it. */
const SET_BACK = 2_000

/** Turns lines into entries with numbers and levels; adds notes at the start of a run and at jumps in time. */
export function toEntries(
  lines: readonly LogLine[],
  first: number,
  before: LineEntry | undefined,
  source = 0
): Entry[] {
  const entries: Entry[] = []
  let previous = before
  for (const [index, line] of lines.entries()) {
    const note = noteBefore(line, previous)
    if (note) entries.push(note)
    previous = new LineEntry(line, first + index, previous, source)
    entries.push(previous)
  }
  return entries
}

/** The part of a text that a level is searched in, without colours. */
function startOf(text: string): string {
  return withoutColours(text.length > 400 ? text.slice(0, 400) : text)
}

function noteBefore(line: LogLine, previous: LineEntry | undefined): NoteEntry | undefined {
  if (isRunStart(line)) {
    return { kind: 'note', tone: 'run', text: t`Run started`, time: line.time }
  }
  // Within the same ten minutes no row is needed, and comparing text is cheap.
  if (!previous || (previous.time <= line.time && line.time.startsWith(previous.time.slice(0, 15)))) return
  const passed = Date.parse(line.time) - Date.parse(previous.time)
  if (passed >= LONG_SILENCE) return { kind: 'note', tone: 'gap', text: t`${duration(passed)} later` }
  if (passed <= -SET_BACK)
    return { kind: 'note', tone: 'gap', text: t`The clock was set back by ${duration(-passed)}` }
  return undefined
}
