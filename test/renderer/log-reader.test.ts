/** The loaded part of a log: follows the end, goes back and to any line, filters, and reports skipped lines. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createMergedReader } from '../../src/renderer/features/logs/merged-reader.ts'
import type { LogReader } from '../../src/renderer/features/logs/reader.ts'
import { createLogReader } from '../../src/renderer/features/logs/whole-reader.ts'
import { createLogWindow } from '../../src/renderer/features/logs/window.ts'
import { AppError } from '../../src/shared/errors.ts'
import type { LogLine, LogPage } from '../../src/shared/log.ts'

const PAGE = 100
const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A log of numbered lines that can grow and break. */
function makeLog(count: number) {
  const lines: LogLine[] = []
  const grown: (() => void)[] = []
  const log = {
    broken: undefined as AppError | undefined,
    /** The bytes that the next page reports as still behind it. */
    behind: undefined as number | undefined,
    ended: false,
    endedAt: undefined as string | undefined,
    lines,
    add(more: number, text = (number: number) => `line ${number}`) {
      for (let index = 0; index < more; index++) {
        const time = `2026-01-01T10:00:00.${String(lines.length).padStart(6, '0')}Z`
        lines.push({ time, stream: 'stdout', text: text(lines.length) })
      }
      for (const wake of grown.splice(0)) wake()
    },
    async read(
      query: { cursor?: string; before?: string; tail?: number; line?: number },
      signal: AbortSignal
    ): Promise<LogPage> {
      if (log.broken) throw log.broken
      if (query.before !== undefined) {
        const to = Number(query.before)
        const from = Math.max(0, to - PAGE)
        const page = { lines: lines.slice(from, to), from: String(from), first: from, next: String(to) }
        return to === 0 ? { ...page, end: true } : page
      }
      const from = Number(query.cursor ?? query.line ?? Math.max(0, lines.length - (query.tail ?? 0)))
      if (from >= lines.length && !log.ended) {
        await new Promise<void>(resolve => {
          grown.push(resolve)
          signal.addEventListener('abort', () => resolve())
        })
      }
      const to = Math.min(lines.length, from + PAGE)
      const { behind } = log
      log.behind = undefined
      return {
        ...{ lines: lines.slice(from, to), from: String(from), first: from, next: String(to) },
        ...(behind === undefined ? {} : { behind }),
        ...(log.ended && from >= lines.length ? { end: true, endedAt: log.endedAt } : {})
      }
    },
    find: async () => ({ total: 0, lines: [], before: 0, next: '0' })
  }
  log.add(count)
  return log
}

function open(log: ReturnType<typeof makeLog>): LogReader {
  const reader = createLogReader({ ...log, read: log.read, delay: () => 0, frame: async () => undefined })
  ends.push(reader.open())
  reader.setVisible(true)
  return reader
}

const numbers = (reader: LogReader) =>
  reader.window.entries.flatMap(entry => (entry.kind === 'line' ? [entry.number] : []))
const notes = (reader: LogReader) =>
  reader.window.entries.flatMap(entry => (entry.kind === 'note' ? [entry.text] : []))
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
const UP = { following: false, nearStart: true, nearEnd: false }
const FOLLOWING = { following: true, nearStart: false, nearEnd: true }

describe('a reader', () => {
  test('opens at the end of a long log and follows it', async () => {
    const log = makeLog(7_000)
    const reader = open(log)
    await vi.waitFor(() => expect(numbers(reader)).toEqual(range(2_000, 7_000)))
    log.add(3)
    await vi.waitFor(() => expect(numbers(reader).at(-1)).toBe(7_002))
  })

  test('reads nothing while it is hidden', async () => {
    const log = makeLog(10)
    const read = vi.fn(log.read)
    const reader = createLogReader({ ...log, read, frame: async () => undefined })
    ends.push(reader.open())
    await new Promise(resolve => setImmediate(resolve))
    expect(read).not.toHaveBeenCalled()
    reader.setVisible(true)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(10))
  })

  test('goes back to the first line, each line once', async () => {
    const reader = open(makeLog(6_000))
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(5_000))
    await vi.waitFor(() => {
      reader.setView(UP)
      expect(reader.state.getState().atStart).toBe(true)
    })
    expect(numbers(reader)).toEqual(range(0, 6_000))
  })

  test('shows where the clock was set back, also between pages that were read backwards', async () => {
    const log = makeLog(6_000)
    for (const line of log.lines.slice(1_000)) line.time = line.time.replace('T10', 'T09')
    const reader = open(log)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(5_000))
    await vi.waitFor(() => {
      reader.setView(UP)
      expect(reader.state.getState().atStart).toBe(true)
    })
    expect(numbers(reader)).toEqual(range(0, 6_000))
    expect(notes(reader)).toEqual(['The clock was set back by 59 min 59 s'])
  })

  test('shows any line with its context, then the end again', async () => {
    const reader = open(makeLog(100_000))
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(5_000))
    reader.setView({ following: false, nearStart: false, nearEnd: false })
    reader.show(20_000)
    await vi.waitFor(() => expect(numbers(reader)).toContain(20_010))
    expect(numbers(reader)[0]).toBe(19_700)
    reader.setView(FOLLOWING)
    reader.show('end')
    await vi.waitFor(() => expect(numbers(reader)).toEqual(range(95_000, 100_000)))
  })

  test('holds a bounded part, with every line of it in order', async () => {
    const log = makeLog(5_000)
    const reader = open(log)
    reader.setView(FOLLOWING)
    log.add(100_000)
    await vi.waitFor(() => expect(numbers(reader).at(-1)).toBe(104_999), { timeout: 10_000 })
    const held = numbers(reader)
    expect(held.length).toBeLessThanOrEqual(50_500)
    expect(held).toEqual(range(105_000 - held.length, 105_000))
  })

  test('jumps to the end when it is far behind, and reports how many lines it skipped', async () => {
    const log = makeLog(1_000)
    const reader = open(log)
    reader.setView(FOLLOWING)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(1_000))
    log.behind = 300 * 1024 * 1024
    log.add(20_000)
    await vi.waitFor(() => expect(numbers(reader)).toEqual(range(16_000, 21_000)))
    expect(notes(reader)).toEqual([
      'Skipped 14,900 lines to keep up. They are above: scroll up, or find in them.'
    ])
  })

  test('jumps to the end sooner after it was hidden', async () => {
    const log = makeLog(1_000)
    const reader = open(log)
    reader.setView(FOLLOWING)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(1_000))
    reader.setVisible(false)
    log.add(1)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(1_001))
    log.add(20_000)
    log.behind = 100 * 1024 * 1024
    reader.setVisible(true)
    await vi.waitFor(() => expect(numbers(reader)).toEqual(range(16_001, 21_001)))
  })

  test('reads everything it is behind if it was not held back', async () => {
    const log = makeLog(1_000)
    const reader = open(log)
    reader.setView(FOLLOWING)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(1_000))
    log.behind = 100 * 1024 * 1024
    log.add(20_000)
    await vi.waitFor(() => expect(numbers(reader)).toEqual(range(0, 21_000)))
    expect(notes(reader)).toEqual([])
  })

  test('shows how many lines were dropped before it could read them, with or without a filter', async () => {
    const log = makeLog(3)
    const read = async (query: Parameters<typeof log.read>[0], signal: AbortSignal) => {
      const page = await log.read(query, signal)
      return page.first === 3 ? { ...page, dropped: 1_204 } : page
    }
    const reader = createLogReader({ ...log, read, frame: async () => undefined })
    ends.push(reader.open())
    reader.setVisible(true)
    reader.setFilter({ only: 'line', exclude: '', level: 'debug' }, undefined)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(3))
    log.add(2)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(5))
    const rows = reader.window.entries.map(entry => entry.text)
    expect(rows).toEqual(['line 0', 'line 1', 'line 2', '1,204 lines were dropped here.', 'line 3', 'line 4'])
  })

  test('shows only lines that match its filter, and searches back for them', async () => {
    const log = makeLog(0)
    log.add(9_000, number => (number % 1_000 === 0 ? `hit ${number}` : 'other'))
    const reader = open(log)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(5_000))
    reader.setFilter({ only: 'hit', exclude: '', level: 'debug' }, undefined)
    await vi.waitFor(() => {
      reader.setView({ following: true, nearStart: true, nearEnd: true })
      expect(numbers(reader)).toEqual(range(0, 9).map(number => number * 1_000))
    })
  })

  test('clears the view, which can be undone', async () => {
    const log = makeLog(50)
    const reader = open(log)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(50))
    reader.clear()
    log.add(2)
    await vi.waitFor(() => expect(numbers(reader)).toEqual([50, 51]))
    reader.unclear()
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(52))
  })

  test('shows breaks and ends as rows, and continues when the instance runs again', async () => {
    const log = makeLog(5)
    const reader = open(log)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(5))
    log.broken = new AppError('UNAVAILABLE', 'gone')
    log.add(1)
    await vi.waitFor(() => expect(reader.state.getState().status).toBe('live'))
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(6))
    log.add(1)
    await vi.waitFor(() => expect(reader.state.getState().status).toBe('reconnecting'))
    log.broken = undefined
    await vi.waitFor(() => expect(numbers(reader)).toEqual(range(0, 7)))
    expect(notes(reader)).toEqual([
      'The connection was lost. Reconnecting…',
      'Reconnected. No line was lost.'
    ])
    log.ended = true
    log.add(0)
    await vi.waitFor(() => expect(reader.state.getState().status).toBe('ended'))
    log.ended = false
    log.add(2)
    reader.resume()
    await vi.waitFor(() => expect(numbers(reader)).toEqual(range(0, 9)))
  })

  test('shows the time the instance ended, not the time that was read', async () => {
    const log = makeLog(1)
    log.ended = true
    log.endedAt = '2026-01-01T10:00:07.000Z'
    const reader = open(log)
    const end = () => reader.window.entries.at(-1)
    await vi.waitFor(() => expect(end()).toMatchObject({ kind: 'note', time: log.endedAt }))
    log.endedAt = undefined
    reader.show('end')
    await vi.waitFor(() => expect(end()).toMatchObject({ text: expect.stringMatching(/^The instance has/) }))
    expect(end()).not.toHaveProperty('time')
  })

  test('shows as rows that the engine was gone and came back, and continues to read', async () => {
    const log = makeLog(0)
    const reader = open(log)
    reader.setEngine('Docker is not running.')
    log.add(3)
    await vi.waitFor(() => expect(numbers(reader)).toEqual(range(0, 3)))
    const gone = 'Docker is not running. Lines are read on; whether the instance still runs cannot be seen.'
    expect(notes(reader)).toEqual([gone])
    reader.setEngine('Docker does not answer.')
    reader.show('start')
    log.add(2)
    await vi.waitFor(() => expect(numbers(reader)).toEqual(range(0, 5)))
    reader.setEngine(undefined)
    reader.setEngine(undefined)
    expect(notes(reader)).toEqual([
      'Docker does not answer. Lines are read on; whether the instance still runs cannot be seen.',
      'The engine answers again. No line was lost.'
    ])
  })

  test('shows why it cannot continue', async () => {
    const log = makeLog(5)
    const reader = open(log)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(5))
    log.broken = new AppError('NOT_FOUND', 'There is no such instance.')
    log.add(1)
    await vi.waitFor(() => expect(numbers(reader)).toHaveLength(6))
    await vi.waitFor(() => expect(notes(reader)).toEqual(['There is no such instance.']))
  })
})

test('several logs are one list in order of time', async () => {
  const logs = [makeLog(0), makeLog(0), makeLog(0)]
  const at = (second: number) => `2026-01-01T10:00:${String(second).padStart(2, '0')}.000000Z`
  for (const second of range(0, 30)) {
    logs[second % 3]?.lines.push({ time: at(second), stream: 'stdout', text: `${second}` })
  }
  const reader = createMergedReader(logs.map(log => ({ ...log, frame: async () => undefined })))
  ends.push(reader.open())
  reader.setVisible(true)
  await vi.waitFor(() => expect(numbers(reader)).toHaveLength(30))
  const shown = reader.window.entries.flatMap(entry => (entry.kind === 'line' ? [entry] : []))
  expect(shown.map(({ text }) => Number(text))).toEqual(range(0, 30))
  expect(shown.map(({ source }) => source)).toEqual(range(0, 30).map(second => second % 3))
  expect(await reader.find({ text: '2' }, new AbortController().signal)).toMatchObject({ total: 12 })
})

test('one list of several logs keeps the written order of each, even if its clock was set back', async () => {
  const logs = [makeLog(0), makeLog(0)]
  const write = (log: number, text: string, time: string) =>
    logs[log]?.lines.push({ time: `2026-01-01T${time}Z`, stream: 'stdout', text })
  write(0, 'a1', '10:00:00.0')
  write(0, 'a2', '09:00:01.0')
  write(0, 'a3', '09:00:02.0')
  write(0, 'a4', '10:00:04.0')
  write(1, 'b1', '09:59:59.0')
  write(1, 'b2', '10:00:03.0')
  const reader = createMergedReader(logs.map(log => ({ ...log, frame: async () => undefined })))
  ends.push(reader.open())
  reader.setVisible(true)
  await vi.waitFor(() => expect(numbers(reader)).toHaveLength(6))
  const shown = reader.window.entries.flatMap(entry => (entry.kind === 'line' ? [entry.text] : []))
  expect(shown).toEqual(['b1', 'a1', 'a2', 'a3', 'b2', 'a4'])
  expect(notes(reader)).toEqual(['The clock was set back by 59 min 59 s (log 1 of 2)'])
})

test('each run of one of several logs begins with a row, and a traceback has one level', async () => {
  const logs = [makeLog(0), makeLog(0)]
  const write = (log: number, text: string, second: number, stream: LogLine['stream'] = 'stderr') =>
    logs[log]?.lines.push({ time: `2026-01-01T10:00:0${second}.0Z`, stream, text })
  write(0, 'Run of a 1.0.0 started', 0, 'system')
  write(0, 'Traceback (most recent call last):', 1)
  write(1, 'hello', 2, 'stdout')
  write(0, '  File "a.py", line 1', 3)
  const reader = createMergedReader(logs.map(log => ({ ...log, frame: async () => undefined })))
  ends.push(reader.open())
  reader.setVisible(true)
  await vi.waitFor(() => expect(numbers(reader)).toHaveLength(4))
  expect(notes(reader)).toEqual(['Run started (log 1 of 2)'])
  const levels = reader.window.entries.flatMap(entry => (entry.kind === 'line' ? [entry.level] : []))
  expect(levels).toEqual([undefined, 'error', undefined, 'error'])
})

test('a window keeps places valid while it is cut and extended', () => {
  const window = createLogWindow(1_000, 1_000_000)
  const entry = (number: number) => ({ kind: 'line', number, text: 'x', stream: 'stdout', time: '' }) as never
  for (let page = 10; page < 15; page++) {
    window.append(range(page * 400, page * 400 + 400).map(entry), String(page), String(page + 1))
    window.trim('start')
  }
  const placeOf = (number: number) =>
    window.base + window.entries.findIndex(entry => entry.kind === 'line' && entry.number === number)
  const before = placeOf(5_500)
  window.prepend(range(4_400, 4_800).map(entry), 'x', '12')
  expect(placeOf(5_500)).toBe(before)
  window.trim('end')
  expect(window.entries.length).toBeLessThanOrEqual(1_200)
  expect(window.from).toBe('x')
})
