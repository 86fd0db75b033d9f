/** Formats results for people: the guide's tables, records, ages and times. */
import { displayWidth, visibleLine } from '#shared/text.ts'

export interface Column {
  readonly title: string
  /** Minimum width, also if every value is shorter, so that the layout is the same in each call. */
  readonly width?: number
}

/** A table as in the guide: one space between columns, no value cut, the last column not padded. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const clean = rows.map(row => row.map(visibleLine))
  const widths = columns.map((column, index) =>
    Math.max(
      column.width ?? 0,
      displayWidth(column.title),
      ...clean.map(row => displayWidth(row[index] ?? ''))
    )
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join(' ')
      .trimEnd()
  return [columns.map(column => column.title), ...clean].map(line).join('\n')
}

/** Labelled lines as in the guide: labels padded to the longest; further lines of a value are indented. */
export function record(fields: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...fields.map(([label]) => displayWidth(label))) + 1
  return fields
    .map(([label, value]) => {
      const lines = value.split(/\r?\n/).map(visibleLine)
      while (lines.length > 1 && lines.at(-1) === '') lines.pop()
      return lines.map((line, index) => `${pad(index === 0 ? label : '', width)}${line}`.trimEnd()).join('\n')
    })
    .join('\n')
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)))
}

/** `45s`, `12m`, `7h`, `18d`: how long ago that was. If the clock was set back, `0s`. */
export function age(time: string, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - Date.parse(time)) / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

/** Formats as `2020-10-13 06:28:03.050226 +0000 UTC`, from an ISO time in UTC with any number of fraction digits. */
export function timestamp(time: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?/.exec(time)
  if (!match) return time
  const [, date, minutes, seconds = '00', fraction = ''] = match
  return `${date} ${minutes}:${seconds}.${fraction.padEnd(6, '0').slice(0, 6)} +0000 UTC`
}

/** A size as in settings: `100Mi`, `1Gi`; in bytes if it is not a round number. */
export function quantity(bytes: number): string {
  for (const [unit, factor] of [
    ['Gi', 1024 ** 3],
    ['Mi', 1024 ** 2],
    ['Ki', 1024]
  ] as const) {
    if (bytes > 0 && bytes % factor === 0) return `${bytes / factor}${unit}`
  }
  return String(bytes)
}
