/** A log is read at the reader's pace, resumes after a break, and loses or doubles nothing. */
import { describe, expect, test } from 'vitest'
import { createLineBuffer } from '../../src/renderer/features/logs/buffer.ts'
import { type FeedEvent, type FeedQuery, runFeed } from '../../src/renderer/features/logs/feed.ts'
import { noteRow, renderLines } from '../../src/renderer/features/logs/render.ts'
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

/** A log of `total` lines given in pages of `size`. */
function pagesOf(total: number, size: number) {
  return (query: FeedQuery): LogPage => {
    const from = Number(query.cursor ?? 0)
    const to = Math.min(total, from + size)
    return { lines: numbered(from, to), next: String(to), ...(to === total ? { end: true } : {}) }
  }
}

const textsOf = (events: readonly FeedEvent[]) =>
  events.flatMap(event => (event.kind === 'lines' ? event.lines.map(({ text }) => text) : []))

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
      tail: 10,
      signal: new AbortController().signal
    })
    expect(readWhileShowing).toBe(0)
  })

  test('goes on at its cursor after breaks: every line once, in order, the break told once', async () => {
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
      tail: 10,
      signal: new AbortController().signal,
      delay: () => 0
    })
    expect(textsOf(events)).toEqual(numbered(0, 1000).map(({ text }) => text))
    const breaks = events.filter(event => event.kind === 'reconnecting').length
    expect(breaks).toBe(events.filter(event => event.kind === 'reconnected').length)
    expect(breaks).toBe(16)
  })

  test('a second feed goes on where the first one was stopped', async () => {
    const read = pagesOf(300, 50)
    const shown: string[] = []
    const first = new AbortController()
    let cursor: string | undefined
    const options = {
      read: async (query: FeedQuery) => read(query),
      onCursor: (next: string) => {
        cursor = next
      },
      tail: 10
    }
    await runFeed({
      ...options,
      signal: first.signal,
      show: event => {
        shown.push(...textsOf([event]))
        if (shown.length === 100) first.abort()
      }
    })
    await runFeed({
      ...options,
      cursor,
      signal: new AbortController().signal,
      show: event => void shown.push(...textsOf([event]))
    })
    expect(shown).toEqual(numbered(0, 300).map(({ text }) => text))
  })

  test('tells what rotation dropped before the lines after it', async () => {
    const events: FeedEvent[] = []
    await runFeed({
      read: async () => ({ lines: [line('a')], next: '1', dropped: 1204, end: true }),
      show: event => void events.push(event),
      tail: 10,
      signal: new AbortController().signal
    })
    expect(events.map(({ kind }) => kind)).toEqual(['dropped', 'lines', 'ended'])
  })

  test('gives up on what trying again cannot mend', async () => {
    const events: FeedEvent[] = []
    await runFeed({
      read: async () => {
        throw new AppError('NOT_FOUND', 'There is no such instance.')
      },
      show: event => void events.push(event),
      tail: 10,
      signal: new AbortController().signal
    })
    expect(events.map(({ kind }) => kind)).toEqual(['failed'])
  })
})

describe('lines as a terminal shows them', () => {
  const options = { timestamps: false, columns: 80 }
  const visible = (lines: readonly LogLine[]) =>
    renderLines(lines, options).text.replace(/\x1b\[[0-9;]*m/g, '')

  test('pieces of one line are joined, also over two pages', () => {
    const first = renderLines([line('a', { partial: true })], options)
    expect(first.midLine).toBe(true)
    const second = renderLines([line('b')], { ...options, timestamps: true }, first.midLine)
    expect(second.midLine).toBe(false)
    expect(first.text + second.text).not.toContain('\r\na')
    expect(second.text.startsWith('b')).toBe(true)
  })

  test('hostile sequences are neutralised, colours stay', () => {
    const hostile =
      '\x1b]0;title\x07\x1b[2J\x1b[31mred\x1b[0m\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\x9b5n'
    const { text } = renderLines([line(hostile)], options)
    expect(text).toContain('\x1b[31mred')
    expect(text).not.toMatch(/\x1b\]|\x1b\[2J|\x9b/)
  })

  test('text cannot be concealed or made to blink', () => {
    const { text } = renderLines([line('\x1b[8mhidden\x1b[1;5;31mx\x1b[38;5;8mgrey')], options)
    expect(text).toContain('hidden')
    expect(text).not.toMatch(/\x1b\[8m|\x1b\[1;5/)
    expect(text).toContain('\x1b[1;31mx')
    expect(text).toContain('\x1b[38;5;8mgrey')
    expect(renderLines([line('\x1b[38;5;1;8mx\x1b[0mreset\x1b[mreset')], options).text).toContain(
      '\x1b[38;5;1mx\x1b[0mreset\x1b[mreset'
    )
  })

  test('each run begins with a divider', () => {
    const start = line('{"level":"info","message":"configuration"}', { stream: 'system' })
    const rows = visible([line('a'), start, line('b')]).split('\r\n')
    expect(rows).toHaveLength(5)
    expect(rows[1]).toMatch(/^── run of \d\d:\d\d:\d\d ─+$/)
  })

  test('an app cannot print a divider or a note of the viewer', () => {
    const start = line('{"level":"info","message":"configuration"}')
    expect(visible([start])).not.toContain('run of')
    expect(noteRow('x')).toContain('── x ──')
  })
})

test('the buffer keeps the newest lines within its bounds', () => {
  const buffer = createLineBuffer(100, 1_000_000)
  for (let from = 0; from < 1000; from += 10) buffer.push(numbered(from, from + 10))
  expect(buffer.lines().map(({ text }) => Number(text))).toEqual(
    Array.from({ length: 100 }, (_, index) => 900 + index)
  )
  const small = createLineBuffer(100, 10)
  small.push([line('123456'), line('1234567'), line('x'.repeat(50))])
  expect(small.lines().map(({ text }) => text.length)).toEqual([50])
  small.clear()
  expect(small.lines()).toEqual([])
})
