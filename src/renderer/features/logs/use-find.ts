/** Find in a log: asks the host for matches, moves between them, and adds new matches while the log grows. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { LogFind, LogMatches } from '#shared/log.ts'
import { pause } from '../../host/backoff.ts'
import { toAppError } from '../../host/errors.ts'
import type { LogListHandle } from './log-list.tsx'
import { createMatcher } from './matcher.ts'
import type { LogReader } from './reader.ts'

/** Milliseconds without typing before a search, and between two searches of new lines. */
const TYPING = 150
const GROWING = 1_000

export const NO_FIND: LogFind = { text: '', caseSensitive: false, wholeWord: false, regex: false }

export interface Find {
  readonly query: LogFind
  readonly matches: LogMatches | undefined
  /** Index of the current match in `matches.lines`. */
  readonly index: number
  readonly busy: boolean
  readonly problem: string | undefined
  readonly matcher: ReturnType<typeof createMatcher>
  readonly current: number | undefined
  setQuery(query: LogFind): void
  step(direction: 1 | -1): void
}

export function useFind(reader: LogReader, list: React.RefObject<LogListHandle | null>): Find {
  const [query, setQuery] = useState(NO_FIND)
  const [matches, setMatches] = useState<LogMatches>()
  const [index, setIndex] = useState(-1)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const asked = useRef(new AbortController())

  const go = useCallback(
    (found: LogMatches, at: number) => {
      setMatches(found)
      setIndex(at)
      const line = found.lines[at]
      if (line !== undefined) list.current?.toLine(line)
    },
    [list]
  )

  /** Searches again around a line, and goes to the match `choose` picks. */
  const ask = useCallback(
    async (near: number | undefined, choose: (found: LogMatches) => number, delay = 0) => {
      asked.current.abort()
      asked.current = new AbortController()
      const { signal } = asked.current
      setBusy(true)
      try {
        if (delay > 0) await pause(delay, signal)
        if (signal.aborted) return
        const found = await reader.find({ ...query, ...(near === undefined ? {} : { near }) }, signal)
        if (signal.aborted) return
        setProblem(undefined)
        go(found, choose(found))
      } catch (thrown) {
        if (signal.aborted) return
        setMatches(undefined)
        setProblem(toAppError(thrown, signal).message)
      } finally {
        if (!signal.aborted) setBusy(false)
      }
    },
    [reader, query, go]
  )

  useEffect(() => {
    setIndex(-1)
    if (query.text === '') {
      asked.current.abort()
      setMatches(undefined)
      setProblem(undefined)
      setBusy(false)
      return
    }
    const near = list.current?.place()
    void ask(near, found => nearestMatch(found, near), TYPING)
    return () => asked.current.abort()
  }, [query, ask, list])

  useGrowth(reader, query, matches, setMatches)

  function step(direction: 1 | -1) {
    if (!matches || matches.total === 0) return
    const next = stepFrom(matches, index, direction)
    if ('at' in next) go(matches, next.at)
    else void ask(next.near, next.choose)
  }

  return {
    query,
    matches,
    index,
    busy,
    problem,
    matcher: useMemo(() => createMatcher(query), [query]),
    current: matches?.lines[index],
    setQuery,
    step
  }
}

/** Index of the last match up to a line, or of the first one there is; of the newest if no line is given. */
function nearestMatch({ lines }: LogMatches, near: number | undefined): number {
  const last = near === undefined ? lines.length - 1 : lines.findLastIndex(line => line <= near)
  return Math.max(lines.length > 0 ? 0 : -1, last)
}

/** A known match, or a new search around a line. */
type Step = { readonly at: number } | { readonly near: number | undefined; choose(found: LogMatches): number }

/** The result of a step: a known match, otherwise the match that `choose` picks from a new search around a line. */
function stepFrom({ lines, before, total }: LogMatches, index: number, direction: 1 | -1): Step {
  const at = index + direction
  const edge = lines[index]
  const hasMore = direction > 0 ? before + lines.length < total : before > 0
  if (lines[at] !== undefined) return { at }
  if (hasMore && edge !== undefined) {
    return { near: edge, choose: found => found.lines.indexOf(edge) + direction }
  }
  // Wraps around from the last match to the first.
  if (direction > 0) return { near: 0, choose: () => 0 }
  return { near: undefined, choose: found => found.lines.length - 1 }
}

/** Adds the matches in new lines, at most once a second. */
function useGrowth(
  reader: LogReader,
  query: LogFind,
  matches: LogMatches | undefined,
  setMatches: (change: (before: LogMatches | undefined) => LogMatches | undefined) => void
) {
  const next = matches?.next
  useEffect(() => {
    if (next === undefined) return
    const stop = new AbortController()
    let { end } = reader.state.getState()
    const timer = setInterval(async () => {
      const now = reader.state.getState().end
      if (now === end) return
      end = now
      const added = await reader.find({ ...query, cursor: next }, stop.signal).catch(() => undefined)
      if (added && !stop.signal.aborted) setMatches(before => before && joined(before, added))
    }, GROWING)
    return () => {
      stop.abort()
      clearInterval(timer)
    }
  }, [reader, query, next, setMatches])
}

function joined(before: LogMatches, added: LogMatches): LogMatches {
  const reachesEnd = before.before + before.lines.length === before.total
  const lines = reachesEnd && added.before === 0 ? [...before.lines, ...added.lines] : before.lines
  return { total: before.total + added.total, lines, before: before.before, next: added.next }
}
