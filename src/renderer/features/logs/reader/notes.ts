/** The rows a reader adds itself: breaks, ends, skipped and dropped lines, an engine that went or came back. */
import { t } from '#shared/language.ts'
import { count, plural } from '../../../labels/humanise.ts'
import type { NoteEntry } from '../entries.ts'

/** A row about what happens now. */
export function noteNow(text: string): NoteEntry {
  return { kind: 'note', tone: 'trouble', text, time: new Date().toISOString() }
}

/** Has the time of the end, which can be long before it is read; no time if it is not known. */
export function endNote(endedAt: string | undefined): NoteEntry {
  const text = t`The instance has ended. Nothing more is written until it is started again.`
  return { kind: 'note', tone: 'trouble', text, ...(endedAt === undefined ? {} : { time: endedAt }) }
}

/** Comes before the lines that follow a skip. */
export function skippedNote(skipped: number): NoteEntry {
  const text = t`Skipped ${count(skipped)} lines to keep up. They are above: scroll up, or find in them.`
  return { kind: 'note', tone: 'trouble', text }
}

/** Replaces lines that were removed before they could be read. */
export function droppedNote(dropped: number): NoteEntry {
  return { kind: 'note', tone: 'trouble', text: `${droppedText(dropped)}.` }
}

/** The text of a row about lines removed before they could be read, without the full stop. */
export function droppedText(dropped: number): string {
  return plural(dropped, 'line was dropped here', 'lines were dropped here')
}

/**
 * The text of a row for an engine that goes or comes back; undefined if neither happened. The log is a file, which
 * neither changes.
 */
export function engineText(before: string | undefined, gone: string | undefined): string | undefined {
  if (gone !== undefined && before === undefined)
    return `${gone} ${t`Lines are read on; whether the instance still runs cannot be seen.`}`
  return gone === undefined && before !== undefined
    ? t`The engine answers again. No line was lost.`
    : undefined
}
