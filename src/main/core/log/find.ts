/** Finds text in a whole log: counts the matching lines and lists those around a place, on worker threads. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { LogFindQuery, LogMatches } from '#shared/log.ts'
import { mapBounded } from '../async/queue.ts'
import { exactExpression, type FindResult, type FindTask } from '../workers/find-worker.js'
import { createWorkerPool } from '../workers/pool.ts'
import { formatCursor, type Position, parseCursor } from './cursor.ts'
import { listSegments, type Segment } from './segments.ts'

/** Milliseconds a search may take. Plain text takes far less even for the largest log. */
const LONGEST = 20_000
const THREADS = 2
/** Milliseconds a thread has to stop; a regular expression may otherwise run forever. */
const FORCE_AFTER = 100

export type FindQuery = Omit<LogFindQuery, 'id'>

interface Found {
  readonly segment: Segment
  readonly from: Position
  readonly result: FindResult
}

/** INVALID if the expression is invalid or takes too long; rejects with the signal's reason when it aborts. */
export async function findInLog(
  runFolder: string,
  query: FindQuery,
  signal?: AbortSignal
): Promise<LogMatches> {
  checkExpression(query)
  const segments = await listSegments(join(runFolder, 'log'))
  const from = query.cursor === undefined ? undefined : parseCursor(query.cursor)
  const found = await findInSegments(
    segments.filter(({ first }) => from === undefined || first >= from.segment),
    query,
    from,
    signal
  )
  return { ...named(found, query), next: nextCursor(found, from) }
}

function checkExpression(query: FindQuery): void {
  try {
    exactExpression(query)
  } catch (error) {
    throw new AppError(
      'INVALID',
      t`"${query.text}" is not a regular expression: ${(error as Error).message.replace(/^.*: /, '')}.`,
      t`Fix it, or search for it as plain text.`,
      { cause: error }
    )
  }
}

async function findInSegments(
  segments: readonly Segment[],
  query: FindQuery,
  from: Position | undefined,
  signal: AbortSignal | undefined
): Promise<Found[]> {
  if (segments.length === 0) return []
  const { text, caseSensitive, wholeWord, regex, stream, near, limit } = query
  const find = { text, caseSensitive, wholeWord, regex }
  const size = Math.min(THREADS, availableParallelism(), segments.length)
  const pool = createWorkerPool<FindTask, FindResult | undefined>({
    name: 'find-worker',
    role: 'find',
    size,
    forceAfter: FORCE_AFTER
  })
  const stop = AbortSignal.any([AbortSignal.timeout(LONGEST), ...(signal ? [signal] : [])])
  const close = () => void pool.close()
  stop.addEventListener('abort', close, { once: true })
  const found: Found[] = []
  const named = { older: 0, newer: 0 }
  try {
    stop.throwIfAborted()
    // Nearest segments first. Line numbers are collected only until a side has enough. The newest segment always
    // collects them: it gives the cursor for the next search.
    await mapBounded(byDistance(segments, near), 2 * size, async segment => {
      const begin = from?.segment === segment.first ? from : startOf(segment)
      const { path } = segment
      const side = near !== undefined && segment.first > near ? 'newer' : 'older'
      const wantLines = named[side] < limit || segment === segments.at(-1)
      const result = await pool.run({ path, offset: begin.offset, find, stream, wantLines })
      if (!result) return
      named[side] += result.lines.length
      found.push({ segment, from: begin, result })
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw stop.aborted ? tooLong(text) : error
  } finally {
    stop.removeEventListener('abort', close)
    await pool.close()
  }
  return found.sort((a, b) => a.segment.first - b.segment.first)
}

const startOf = ({ first }: Segment): Position => ({ segment: first, offset: 0, line: first })

/** Segments before and after the place, alternating; without a place, newest first. */
function byDistance(segments: readonly Segment[], near: number | undefined): Segment[] {
  const split = near === undefined ? segments.length : segments.findLastIndex(it => it.first <= near) + 1
  const older = segments.slice(0, split).reverse()
  const newer = segments.slice(split)
  const ordered: Segment[] = []
  for (let at = 0; at < Math.max(older.length, newer.length); at++) {
    ordered.push(...[older[at], newer[at]].filter(segment => segment !== undefined))
  }
  return ordered
}

/** The matches nearest to the place: half before and half after it, if there are enough on each side. */
function named(found: readonly Found[], { near = Number.MAX_SAFE_INTEGER, limit }: FindQuery) {
  const lines = found.flatMap(({ from, result }) => result.lines.map(line => from.line + line))
  const total = found.reduce((sum, { result }) => sum + result.total, 0)
  const split = lines.findIndex(line => line >= near)
  const older = split < 0 ? lines.length : split
  const end = Math.min(lines.length, Math.max(limit, older + Math.ceil(limit / 2)))
  const start = Math.max(0, Math.min(end - limit, older - Math.floor(limit / 2)))
  const given = lines.slice(start, end)
  const unnamedBefore = found
    .filter(({ from, result }) => result.lines.length < result.total && from.line < (given[0] ?? 0))
    .reduce((sum, { result }) => sum + result.total, 0)
  return { total, lines: given, before: start + unnamedBefore }
}

function nextCursor(found: readonly Found[], from: Position | undefined): string {
  const last = found.at(-1)
  if (!last) return formatCursor(from ?? { segment: 0, offset: 0, line: 0 })
  return formatCursor({ ...last.from, offset: last.result.end, line: last.from.line + last.result.count })
}

function tooLong(text: string): AppError {
  return new AppError(
    'INVALID',
    t`Finding "${text}" took more than ${LONGEST / 1000} seconds and was given up.`,
    t`Use a simpler expression, or plain text.`
  )
}
