/** Lines of a log as shown text: safe, with colours, levels and notes; searched, filtered and tidied. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { styled } from '../../src/renderer/features/logs/ansi.ts'
import { contentOf, rowCount, rowsOf } from '../../src/renderer/features/logs/content.ts'
import { linesText } from '../../src/renderer/features/logs/copy.ts'
import { type Entry, type LineEntry, toEntries } from '../../src/renderer/features/logs/entries.ts'
import { createFilter, NO_FILTER } from '../../src/renderer/features/logs/filter.ts'
import { createLayout } from '../../src/renderer/features/logs/layout.ts'
import { levelOf } from '../../src/renderer/features/logs/level.ts'
import { createMatcher } from '../../src/renderer/features/logs/matcher.ts'
import { linkTarget, outerHost } from '../../src/renderer/features/logs/own-link.ts'
import { spansOf } from '../../src/renderer/features/logs/spans.ts'
import { prettyJson, tidyJson } from '../../src/renderer/labels/json-lines.ts'
import type { Instance } from '../../src/shared/instance.ts'
import type { LogLine } from '../../src/shared/log.ts'
import { instance } from './made-up.ts'

const line = (text: string, change: Partial<LogLine> = {}): LogLine => ({
  time: '2026-01-01T10:00:00.000Z',
  stream: 'stdout',
  text,
  ...change
})
const entriesOf = (...lines: LogLine[]) => toEntries(lines, 0, undefined)
const entryOf = (text: string) => entriesOf(line(text))[0] as LineEntry
const notesOf = (entries: readonly Entry[]) =>
  entries.flatMap(entry => (entry.kind === 'note' ? [`${entry.tone}: ${entry.text}`] : []))

describe('shown text', () => {
  test('keeps colours, and no other sequence', () => {
    const hostile =
      'a\x1b]0;title\x07\x1b[2J\x1b[31mred\x1b[0m\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\x9b5n'
    expect(styled(hostile)).toEqual({ plain: 'aredlink', runs: [{ start: 1, end: 4, style: { text: 1 } }] })
  })

  test('shows hidden characters, and never changes the text direction', () => {
    expect(styled('\x1b[8mhidden\x1b[5;1mx').plain).toBe('hiddenx')
    expect(styled('\x1b[8mhidden').runs).toEqual([])
    expect(styled('a\u202egnp.exe').plain).toBe('a[U+202E]gnp.exe')
  })

  test('supports the colours of terminals', () => {
    const styles = (text: string) => styled(text).runs.map(({ style }) => style)
    expect(styles('\x1b[1;92;44mx\x1b[22mx\x1b[39mx\x1b[49mx')).toEqual([
      { bold: true, text: 10, ground: 4 },
      { text: 10, ground: 4 },
      { ground: 4 }
    ])
    expect(styles('\x1b[38;5;208mx\x1b[38;2;1;2;3mx\x1b[48;5;250mx')).toEqual([
      { text: [255, 135, 0] },
      { text: [1, 2, 3] },
      { text: [1, 2, 3], ground: [188, 188, 188] }
    ])
  })

  test('contains no control character, whatever an app prints, and loses no other', () => {
    const sign = fc.constantFrom(
      '\x1b',
      '[',
      ']',
      '3',
      '8',
      ';',
      'm',
      'J',
      '\x07',
      '\x9b',
      '\u202e',
      '\r',
      'a',
      'ż'
    )
    fc.assert(
      fc.property(fc.string({ unit: sign, maxLength: 60 }), text => {
        const { plain, runs } = styled(text)
        expect(plain).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
        for (const { start, end } of runs) expect(start < end && end <= plain.length).toBe(true)
        if (!/[\x1b\x9b]/.test(text)) expect(plain.match(/[aż]/g)).toEqual(text.match(/[aż]/g))
      })
    )
  })
})

describe('levels', () => {
  test.each([
    ['INFO:     127.0.0.1:5 - "GET / HTTP/1.1" 200 OK', 'info'],
    ['WARNING:root:careful', 'warning'],
    ['2026-01-02 03:04:05,678 - peak - ERROR - no', 'error'],
    ['2026-01-02 03:04:05.678 | DEBUG    | a:b:1 - x', 'debug'],
    ['[2026-01-02 03:04:05] [CRITICAL] x', 'error'],
    ['{"level":"warn","message":"x"}', 'warning'],
    ['{"message":"an ERROR in words","levelname":"INFO"}', 'info'],
    ['ts=1 level=error msg=x', 'error'],
    ['2020/10/13 06:38:58 # {"t":"listen"}', 'info'],
    ['2020/10/13 06:38:58 # {"error":"refused","t":"dial"}', 'error'],
    ['Traceback (most recent call last):', 'error'],
    ['ValueError: no', 'error'],
    ['a.py:1: DeprecationWarning: old', 'warning'],
    ['an information about errors', undefined],
    ['Count is now 1', undefined]
  ])('%s', (text, level) => expect(levelOf(text)).toBe(level))

  test('a traceback has the level of its first line up to its end', () => {
    const entries = entriesOf(
      ...['Traceback (most recent call last):', '  File "a.py", line 1', '    raise X', 'ValueError: x'].map(
        it => line(it, { stream: 'stderr' })
      ),
      line('  indented, of another stream')
    )
    expect(entries.map(entry => entry.kind === 'line' && entry.level)).toEqual([
      ...['error', 'error', 'error', 'error'],
      undefined
    ])
  })
})

describe('notes between lines', () => {
  test('a run begins with a note that no app can print', () => {
    const start = 'Run of ai.h2o.q.peak 1.0.0 started'
    expect(notesOf(entriesOf(line('a'), line(start, { stream: 'system' })))).toEqual(['run: Run started'])
    expect(notesOf(entriesOf(line(start)))).toEqual([])
  })

  test('a long silence and a clock that was set back are noted', () => {
    const at = (time: string) => line('x', { time: `2026-01-01T${time}Z` })
    const entries = entriesOf(
      ...['10:00:00.0', '10:04:59.0', '12:10:00.0', '12:09:59.0', '11:00:00.0'].map(at)
    )
    expect(notesOf(entries)).toEqual(['gap: 2 h 5 min later', 'gap: The clock was set back by 1 h 9 min'])
  })

  test('lines stay in the order they were written, regardless of the clock', () => {
    const times = ['2026-01-01T10:00:00Z', '2026-01-01T09:00:00Z', '2026-01-02T09:00:00Z']
    const entries = entriesOf(...times.map((time, index) => line(String(index), { time })))
    expect(entries.flatMap(entry => (entry.kind === 'line' ? [entry.time] : []))).toEqual(times)
    expect(notesOf(entries)).toEqual(['gap: The clock was set back by 1 h 0 min', 'gap: 1 d 0 h later'])
  })
})

describe('filter', () => {
  const passing = (filter: Partial<typeof NO_FILTER>, texts: readonly string[]) => {
    const keeps = createFilter({ ...NO_FILTER, ...filter })
    return texts.filter(text => keeps?.({ plain: text, level: levelOf(text) }) ?? true)
  }
  const TEXTS = ['INFO one', 'ERROR two', 'DEBUG three', 'plain']

  test.each<[Partial<typeof NO_FILTER>, string[]]>([
    [{}, TEXTS],
    [{ only: 'TWO' }, ['ERROR two']],
    [{ only: '/t(wo|hree)/' }, ['ERROR two', 'DEBUG three']],
    [{ only: '/t(/' }, []],
    [{ exclude: 'e' }, ['plain']],
    [{ exclude: 'plain', only: 'o' }, ['INFO one', 'ERROR two']],
    [{ level: 'info' }, ['INFO one', 'ERROR two', 'plain']],
    [{ level: 'error' }, ['ERROR two']]
  ])('%j', (filter, expected) => expect(passing(filter, TEXTS)).toEqual(expected))
})

describe('JSON', () => {
  test('is reduced to its message and the other fields', () => {
    const text = '2026 {"level":"warn","time":"x","message":"too\\nlarge","size":5,"at":{"a":1}}'
    expect(tidyJson(text)).toEqual({ text: '2026 WARN too ↵ large  size=5  at={"a":1}', quietFrom: 21 })
    expect(tidyJson('{not json}')).toBeUndefined()
    expect(tidyJson('["a"]')).toBeUndefined()
  })

  test('is expanded below its line on demand', () => {
    expect(prettyJson('{"a":[1]}')).toEqual(['{', '  "a": [', '    1', '  ]', '}'])
    const rows = rowsOf(entryOf('{"a":1}'), { tidy: false, columns: 0, expanded: true })
    expect(rows.map(row => row.content?.plain.slice(row.start, row.end))).toEqual([
      '{"a":1}',
      '{',
      '  "a": 1',
      '}'
    ])
  })
})

describe('rows', () => {
  test('wrapped rows contain every character once, and their number matches the count', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '日', '🚀', 'e\u0301', '\x1b[31m'),
      maxLength: 200
    })
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 40 }), (raw, columns) => {
        const entry = entryOf(raw)
        const options = { tidy: false, columns, expanded: false }
        const rows = rowsOf(entry, options)
        expect(rows.map(row => row.content?.plain.slice(row.start, row.end)).join('')).toBe(
          contentOf(entry, false).plain
        )
        expect(rowCount(entry, options)).toBe(rows.length)
      })
    )
  })

  test('row and place in the list convert both ways', () => {
    const heights = [1, 3, 1, 2]
    const entries = entriesOf(...heights.map((_, index) => line(String(index))))
    const layout = createLayout(entries, entry => heights[(entry as LineEntry).number] as number)
    expect(layout.total).toBe(7)
    expect(heights.map((_, index) => layout.rowOf(index))).toEqual([0, 1, 4, 5])
    expect([0, 1, 3, 4, 6].map(row => layout.at(row))).toEqual([
      { index: 0, part: 0 },
      { index: 1, part: 0 },
      { index: 1, part: 2 },
      { index: 2, part: 0 },
      { index: 3, part: 1 }
    ])
  })

  test('are split into spans of one style, link and match each', () => {
    const row = rowsOf(entryOf('see \x1b[31mhttp://a.example/x).\x1b[0m Now'), {
      ...{ tidy: false, columns: 0, expanded: false }
    })[0]
    const matcher = createMatcher({ text: 'NOW', caseSensitive: false, wholeWord: true, regex: false })
    const spans = row ? spansOf(row, matcher) : []
    expect(spans.map(span => [span.text, span.link ?? '', span.found, span.style?.text ?? ''])).toEqual([
      ['see ', '', false, ''],
      ['http://a.example/x', 'http://a.example/x', false, 1],
      [').', '', false, 1],
      [' ', '', false, ''],
      ['Now', '', true, '']
    ])
  })
})

describe('a link to the app itself', () => {
  const outer = outerHost(instance({ engine: 'docker', url: 'http://localhost:49321/start' }))

  test.each([
    ['http://0.0.0.0:55555', 'http://localhost:49321/'],
    ['http://localhost:55555/path?a=b#c', 'http://localhost:49321/path?a=b#c'],
    ['http://127.0.0.1:55555/start', 'http://localhost:49321/start'],
    ['http://[::]:55555/', 'http://localhost:49321/']
  ])('%s from a container opens its real address', (link, target) => {
    expect(linkTarget(link, outer)).toBe(target)
  })

  test.each([
    'http://localhost:5000/',
    'http://localhost/55555',
    'http://localhost:555555/',
    'http://docs.example.org:55555/',
    'http://localhost.example.org:55555/',
    'https://docs.example.org/a?b=http://localhost:55555'
  ])('%s is unchanged', link => {
    expect(linkTarget(link, outer)).toBe(link)
  })

  test.each<[string, Partial<Instance>]>([
    ['no container', { engine: 'process' }],
    ['an address that is not known yet', { url: '' }]
  ])('is unchanged for %s', (_what, change) => {
    const other = outerHost(instance({ engine: 'docker', url: 'http://localhost:49321/', ...change }))
    expect(linkTarget('http://localhost:55555/', other)).toBe('http://localhost:55555/')
  })
})

test('copied lines have no colours, and parts of one line are joined', () => {
  const entries = entriesOf(line('\x1b[31ma', { partial: true }), line('b'), line('c'))
  expect(linesText(entries)).toBe('ab\nc')
})
