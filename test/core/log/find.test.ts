/** Find in a whole log: the same count as grep, on the text that is shown. */
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { type FindQuery, findInLog } from '#core/log/find.ts'
import { exactExpression, findInSegment } from '#core/workers/find-worker.js'
import { neutralise } from '#shared/text.ts'
import { createLogWriter, type LogWriter, TIME } from './log-writer.ts'

const writers: LogWriter[] = []
afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.remove()
})

async function logOf(texts: readonly string[], segmentBytes = 1 << 20): Promise<LogWriter> {
  const log = await createLogWriter({ segmentBytes, totalBytes: 1 << 30 })
  writers.push(log)
  await log.write(texts)
  return log
}

const find = (log: LogWriter, text: string, query: Partial<FindQuery> = {}, signal?: AbortSignal) =>
  findInLog(
    log.runFolder,
    { text, caseSensitive: false, wholeWord: false, regex: false, limit: 1_000, ...query },
    signal
  )

test.each<[string, string, Partial<FindQuery>, number[]]>([
  ['any case', 'info', {}, [0, 1, 4]],
  ['its case', 'INFO', { caseSensitive: true }, [0, 1]],
  ['over a change of colour', 'INFO: Started', {}, [1]],
  ['over it in its case', 'INFO: Started', { caseSensitive: true }, [1]],
  ['whole words', 'form', { wholeWord: true }, [5]],
  ['whole words of any script', 'łódź', { wholeWord: true }, [3]],
  ['another script in any case', 'ŁÓDŹ', {}, [2, 3]],
  ['an expression', '^in.o.*\\d$', { regex: true }, [4]],
  ['an expression from the start of the text', '^INFO', { regex: true, caseSensitive: true }, [0, 1]],
  ['signs that mean something in an expression', 'a.b(c', {}, [6]],
  ['never what stands before the text', 'stdout', {}, []],
  ['never the time', TIME.slice(0, 10), {}, []],
  ['never a control sequence', '[32m', {}, []],
  ['of one stream only', 'info', { stream: 'system' }, []]
])('finds %s', async (_what, text, query, expected) => {
  const log = await logOf([
    'INFO first',
    '\x1b[32mINFO\x1b[0m: \x1b[1mStarted\x1b[0m',
    'łódźkie',
    'w łódź',
    'info 5',
    'a form, no deform',
    'a.b(c'
  ])
  expect(await find(log, text, query)).toMatchObject({ lines: expected, total: expected.length, before: 0 })
})

test('counts across segments, and returns the matches nearest to a place', async () => {
  const log = await logOf(
    Array.from({ length: 1_000 }, (_, index) => (index % 10 === 0 ? `hit ${index}` : 'other')),
    2_000
  )
  expect(await find(log, 'hit', { limit: 4 })).toMatchObject({
    total: 100,
    lines: [960, 970, 980, 990],
    before: 96
  })
  expect(await find(log, 'hit', { limit: 4, near: 500 })).toMatchObject({
    total: 100,
    lines: [480, 490, 500, 510],
    before: 48
  })
  expect(await find(log, 'hit', { limit: 4, near: 0 })).toMatchObject({ lines: [0, 10, 20, 30], before: 0 })
  expect(await find(log, 'hit', { limit: 0 })).toMatchObject({ total: 100, lines: [] })
})

test('continues where it stopped when the log has grown', async () => {
  const log = await logOf(['hit', 'other'])
  const first = await find(log, 'hit')
  await log.write(['hit', 'other', 'hit'])
  const second = await find(log, 'hit', { cursor: first.next })
  expect(second).toMatchObject({ total: 2, lines: [2, 4] })
  expect(await find(log, 'hit', { cursor: second.next })).toMatchObject({ total: 0, next: second.next })
})

test('an empty log has no matches, and can be searched again', async () => {
  const log = await logOf([])
  const { total, next } = await find(log, 'x')
  expect(total).toBe(0)
  await log.write(['x'])
  expect((await find(log, 'x', { cursor: next })).total).toBe(1)
})

test('an invalid expression is refused with a message; an endless one ends with its signal', async () => {
  const log = await logOf(['a'.repeat(60)])
  await expect(find(log, '(', { regex: true })).rejects.toMatchObject({ code: 'INVALID' })
  const stop = new AbortController()
  const endless = find(log, '(a+)+$b', { regex: true }, stop.signal)
  setTimeout(() => stop.abort(), 200)
  await expect(endless).rejects.toMatchObject({ name: 'AbortError' })
})

test('counts the same as a plain search in each text', async () => {
  const words = fc.stringMatching(/^[abAB .]{0,12}$/)
  await fc.assert(
    fc.asyncProperty(
      fc.array(words, { maxLength: 40 }),
      fc.stringMatching(/^[abAB .]{1,3}$/),
      fc.boolean(),
      async (texts, text, caseSensitive) => {
        const log = await logOf(texts, 500)
        const fold = (it: string) => (caseSensitive ? it : it.toLowerCase())
        const expected = texts.flatMap((it, index) => (fold(it).includes(fold(text)) ? [index] : []))
        expect((await find(log, text, { caseSensitive })).lines).toEqual(expected)
      }
    ),
    { numRuns: 25 }
  )
})

/** Words with signs between them, colours at their edges, and hidden text with the same words. */
const colouredLine = () => {
  const word = fc.constantFrom(
    'info',
    'INFO',
    'information',
    'k',
    '\u212a',
    's',
    '\u017f',
    'é',
    'm',
    '0m',
    'a1'
  )
  const colours = fc.constantFrom('', '', '\x1b[0m', '\x1b[1;31m', '\x1b[2K', '\x1b[m\x1b[32m')
  const sign = fc.constantFrom(' ', ':', '[', '\u00b0', '  ')
  const start = fc.constantFrom('', '', '\x1b]0;info k\x07', '\x9dINFO é\x9c', '\x1b', '\x1bPinfo\x1b\\')
  const part = fc.tuple(colours, sign, colours, word).map(parts => parts.join(''))
  return fc
    .tuple(start, word, fc.array(part, { maxLength: 6 }))
    .map(([first, second, rest]) => first + second + rest.join(''))
}

test('finds in bytes what an expression finds in the shown text', async () => {
  const text = fc.constantFrom(
    'info',
    'INFO',
    'k',
    'S',
    'é',
    'é k',
    'm',
    '0',
    '0m',
    'info k',
    'k: info',
    ':info',
    ' ',
    '[',
    'a1 m',
    'fo'
  )
  const options = fc.record({ caseSensitive: fc.boolean(), wholeWord: fc.boolean() })
  const lines = fc.array(colouredLine(), { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(lines, text, options, async (texts, wanted, chosen) => {
      const log = await logOf(texts)
      const find = { text: wanted, regex: false, ...chosen }
      const path = join(log.folder, '000000000000.log')
      const found = findInSegment({ path, offset: 0, find, stream: 'stdout', wantLines: true })
      const exact = exactExpression(find)
      const shown = texts.map(it => neutralise(it).replace(/\x1b\[[0-9;]*m/g, ''))
      expect(found.lines).toEqual(shown.flatMap((it, index) => (exact.test(it) ? [index] : [])))
    }),
    { numRuns: 150 }
  )
})

test('finds in lines split between two reads, and in lines longer than a read', async () => {
  const word = fc.constantFrom('needle', 'NEEDLE', 'nëedle', 'need', '')
  const filler = fc.tuple(fc.constantFrom('.', 'é', 'n', '漢'), fc.integer({ max: 30_000, min: 0 }))
  const line = fc
    .tuple(filler, word, filler)
    .map(([[sign, before], text, [other, after]]) => sign.repeat(before) + text + other.repeat(after))
  const long = fc.tuple(word, word).map(([first, second]) => `${first}${'é'.repeat(800_000)} ${second}`)
  const texts = fc.tuple(
    fc.array(line, { minLength: 60, maxLength: 90 }),
    long,
    fc.array(line, { maxLength: 9 })
  )
  await fc.assert(
    fc.asyncProperty(texts, fc.boolean(), async ([before, longest, after], caseSensitive) => {
      const all = [...before, longest, ...after]
      const log = await logOf(all, 1 << 23)
      const fold = (it: string) => (caseSensitive ? it : it.toLowerCase())
      const expected = all.flatMap((it, index) => (fold(it).includes('needle') ? [index] : []))
      const { lines, total } = await find(log, 'needle', { caseSensitive })
      expect({ lines, total }).toEqual({ lines: expected, total: expected.length })
    }),
    { numRuns: 12 }
  )
})

test('takes only a moment for a line full of near matches', async () => {
  const log = await logOf(['ab '.repeat(1 << 20), 'xab'.repeat(1 << 20)])
  expect(await find(log, 'ab c')).toMatchObject({ total: 0 })
  expect(await find(log, 'ab', { wholeWord: true })).toMatchObject({ lines: [0] })
})

// Going back through everything read so far for each match takes minutes here; the test gives up after 20 seconds.
test.each(['status', 'F\u00dcR'])('finds "%s" in each line of a log with non-ASCII text', async text => {
  const log = await logOf([])
  const lines = 200_000
  await log.raw(`${TIME} stdout F f\u00fcr status\n`.repeat(lines))
  expect(await find(log, text)).toMatchObject({ total: lines })
})
