/** Cursors: a place in a log, as text that only this reader understands. */
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

export interface Position {
  /** Number of the segment's first line; together with `offset` it identifies a byte. */
  readonly segment: number
  readonly offset: number
  /** Number of the line that begins there. If the segment is gone, it shows how many lines were dropped. */
  readonly line: number
}

export function formatCursor({ segment, offset, line }: Position): string {
  return `${segment}-${offset}-${line}`
}

/** INVALID for a text that `formatCursor` cannot have made. */
export function parseCursor(text: string): Position {
  const match = /^(\d{1,15})-(\d{1,15})-(\d{1,15})$/.exec(text)
  const [segment, offset, line] = (match ?? []).slice(1).map(Number)
  if (segment === undefined || offset === undefined || line === undefined || line < segment) throw badCursor()
  return { segment, offset, line }
}

export function badCursor(): AppError {
  return new AppError('INVALID', t`This is not a cursor of this log.`, t`Read the log from its start.`)
}
