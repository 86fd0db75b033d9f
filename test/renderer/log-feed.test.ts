/** A log is read at the reader's pace, continues after a break, and never loses or repeats a line. */
import { describe, expect, test, vi } from 'vitest'
import { type FeedEvent, type FeedQuery, runFeed } from '../../src/renderer/features/logs/feed.ts'
import { AppError } from '../../src/shared/errors.ts'
import type { LogLine, LogPage } from '../../src/shared/log.ts'

const line = (text: string, change: Partial<LogLine> = {}): LogLine => ({
  time: '2026-01-01T10:00:00.000Z',
  stream: 'stdout',
  text,
  ...change
})
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => line(String(from + index)))

/** A log of `total` lines, returned in pages of `size`. */
function pagesOf(total: number, size: number) {
  return (query: FeedQuery): LogPage => {
    const from = Number(query.cursor ?? 0)
    const to = Math.min(total, from + size)
    return {
      lines: numbered(from, to),
      first: from,
      next: String(to),
      ...(to === total ? { end: true } : {})
    }
  }
}

/** A window that draws at once on request. */
const frame = async () => undefined

const textsOf = (events: readonly FeedEvent[]) =>
  events.flatMap(event => (event.kind === 'page' ? event.page.lines.map(({ text }) => text) : []))

describe('log feed', () => {
  test('reads the next page only when the last one is shown', async () => {
    const read = pagesOf(500, 100)
    let showing = 0
    let readWhileShowing = 0
    await runFeed({
      read: async query => {
        readWhileShowing += showing
        return read(query)
      },
      show: async () => {
        showing += 1
        await new Promise(resolve => setImmediate(resolve))
        showing -= 1
      },
      start: { tail: 10 },
      frame,
      signal: new AbortController().signal
    })
    expect(readWhileShowing).toBe(0)
  })

  test('continues at its cursor after breaks: every line once, in order, the break reported once', async () => {
    const read = pagesOf(1000, 64)
    const events: FeedEvent[] = []
    let calls = 0
    await runFeed({
      read: async query => {
        calls += 1
        if (calls % 3 !== 0) throw new AppError('UNAVAILABLE', 'gone')
        return read(query)
      },
      show: event => void events.push(event),
      start: { tail: 10 },
      frame,
      signal: new AbortController().signal,
      delay: () => 0
    })
    expect(textsOf(events)).toEqual(numbered(0, 1000).map(({ text }) => text))
    const breaks = events.filter(event => event.kind === 'reconnecting').length
    expect(breaks).toBe(events.filter(event => event.kind === 'reconnected').length)
    expect(breaks).toBe(16)
  })

  test('continues after a cursor, and waits while nothing is wanted', async () => {
    const read = pagesOf(300, 50)
    const shown: string[] = []
    let wanted: (() => void) | undefined
    const feed = runFeed({
      read: async query => read(query),
      start: { cursor: '100' },
      whenWanted: () =>
        new Promise(resolve => {
          wanted = resolve
          if (shown.length < 100) resolve()
        }),
      show: event => void shown.push(...textsOf([event])),
      frame,
      signal: new AbortController().signal
    })
    await vi.waitFor(() => expect(shown).toEqual(numbered(100, 200).map(({ text }) => text)))
    const go = setInterval(() => wanted?.(), 1)
    await feed
    clearInterval(go)
    expect(shown).toEqual(numbered(100, 300).map(({ text }) => text))
  })

  test('stops at an error that a retry cannot fix', async () => {
    const events: FeedEvent[] = []
    await runFeed({
      read: async () => {
        throw new AppError('NOT_FOUND', 'There is no such instance.')
      },
      show: event => void events.push(event),
      start: { tail: 10 },
      frame,
      signal: new AbortController().signal
    })
    expect(events.map(({ kind }) => kind)).toEqual(['failed'])
  })

  test('continues only when the previous lines are on screen', async () => {
    const read = pagesOf(300, 100)
    const done: string[] = []
    await runFeed({
      read: async query => {
        done.push(`read ${query.cursor ?? 0}`)
        return read(query)
      },
      show: event => void done.push(event.kind),
      frame: async () => void done.push('drawn'),
      start: { tail: 10 },
      signal: new AbortController().signal
    })
    const page = (at: number) => [`read ${at}`, 'page', 'drawn']
    expect(done).toEqual([...page(0), ...page(100), 'read 200', 'page', 'ended'])
  })
})
