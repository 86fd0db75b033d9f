/** Find in a log: asks the host for matches, walks through them, and counts on while the log grows. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { LogFind, LogMatches } from '#shared/log.ts'
import { pause } from '../../host/backoff.ts'
import { toAppError } from '../../host/errors.ts'
import type { LogListHandle } from './log-list.tsx'
import { createMatcher } from './matcher.ts'
import type { LogReader } from './reader.ts'

/** Milliseconds of no typing before it is looked, and between two looks at what has come since. */
const TYPING = 150
const GROWING = 1_000

export const NO_FIND: LogFind = { text: '', caseSensitive: false, wholeWord: false, regex: false }

export interface Find {
  readonly query: LogFind
  readonly matches: LogMatches | undefined
  /** Which of `matches.lines` it is at. */
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

  /** Asks anew around a line, and goes to the match `choose` picks. */
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
    const nearest = ({ lines }: LogMatches) =>
      Math.max(
        lines.length > 0 ? 0 : -1,
        near === undefined ? lines.length - 1 : lines.findLastIndex(it => it <= near)
      )
    void ask(near, nearest, TYPING)
    return () => asked.current.abort()
  }, [query, ask, list])

  useGrowth(reader, query, matches, setMatches)

  function step(direction: 1 | -1) {
    if (!matches || matches.total === 0) return
    const { lines, before, total } = matches
    const at = index + direction
    if (lines[at] !== undefined) return go(matches, at)
    const edge = lines[index]
    const isMore = direction > 0 ? before + lines.length < total : before > 0
    if (isMore && edge !== undefined) {
      return void ask(edge, found => found.lines.indexOf(edge) + direction)
    }
    // Behind the last match comes the first one.
    if (direction > 0) void ask(0, () => 0)
    else void ask(undefined, found => found.lines.length - 1)
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

/** Adds the matches of lines that came since, at most once a second. */
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
