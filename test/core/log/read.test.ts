/** Reading a log by cursor: every line once and in order, or counted as dropped. */
import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { findInLog } from '#core/log/find.ts'
import { type PageQuery, readLogPage } from '#core/log/read.ts'
import { createLogWriter, type LogWriter, TIME } from './log-writer.ts'

const writers: LogWriter[] = []
afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.remove()
})

async function writer(bounds?: { segmentBytes: number; totalBytes: number }): Promise<LogWriter> {
  const made = await createLogWriter(bounds)
  writers.push(made)
  return made
}

const over = async () => true
const goesOn = async () => false

function page(log: LogWriter, query: Partial<PageQuery> = {}, ended = over, signal?: AbortSignal) {
  return readLogPage(log.runFolder, { maxBytes: 65_536, waitMs: 0, ...query }, ended, signal)
}

async function readAll(log: LogWriter, query: Partial<PageQuery> = {}) {
  const texts: string[] = []
  let dropped = 0
  for (let cursor = query.cursor; ; ) {
    const { tail, ...rest } = query
    const next = await page(log, { ...rest, ...(cursor ? { cursor } : tail === undefined ? {} : { tail }) })
    texts.push(...next.lines.map(line => line.text))
    dropped += next.dropped ?? 0
    if (next.end) return { texts, dropped, next: next.next }
    cursor = next.next
  }
}

const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}`)

describe('a log that is read to its end', () => {
  test('gives every line once and in order, over segments and pages', async () => {
    const log = await writer({ segmentBytes: 300, totalBytes: 1 << 20 })
    await log.write(numbered(100))
    expect(await readAll(log, { maxBytes: 100 })).toMatchObject({ texts: numbered(100), dropped: 0 })
  })

  test('gives time, stream and parts as they were written', async () => {
    const log = await writer()
    await log.raw(`${TIME} stderr P half of \n${TIME} stderr F a line\n${TIME} system F \n`)
    const { lines } = await page(log)
    expect(lines).toEqual([
      { time: TIME, stream: 'stderr', text: 'half of ', partial: true },
      { time: TIME, stream: 'stderr', text: 'a line' },
      { time: TIME, stream: 'system', text: '' }
    ])
  })

  test('is at its end at once if nothing was ever written', async () => {
    const log = await writer()
    expect(await page(log)).toMatchObject({ lines: [], end: true })
    expect(await page(log, { tail: 5 })).toMatchObject({ lines: [], end: true })
  })

  test('continues after its end when the instance runs again', async () => {
    const log = await writer()
    await log.write(['first run'])
    const { next } = await readAll(log)
    await log.newSegment()
    await log.write(['second run'])
    expect(await readAll(log, { cursor: next })).toMatchObject({ texts: ['second run'], dropped: 0 })
  })

  test('reports the end only after everything that was written before it', async () => {
    const log = await writer()
    const lastWords = async () => {
      await log.write(['last words'])
      return true
    }
    const first = await page(log, {}, lastWords)
    expect(first.lines.map(line => line.text)).toEqual(['last words'])
    expect(first.end).toBeUndefined()
  })
})

describe('any bytes', () => {
  test('an unfinished line is not returned', async () => {
    const log = await writer()
    await log.write(['whole'])
    await log.raw(`${TIME} stdout F tor`)
    const first = await page(log, {}, goesOn)
    expect(first.lines).toHaveLength(1)
    await log.raw('n\n')
    const second = await page(log, { cursor: first.next })
    expect(second.lines.map(line => line.text)).toEqual(['torn'])
  })

  test('lines of megabytes are returned whole, however small the page', async () => {
    const log = await writer()
    const long = 'é'.repeat(1 << 20)
    await log.write(['a', long, 'b'])
    expect((await readAll(log, { maxBytes: 64 })).texts).toEqual(['a', long, 'b'])
  })

  test('a page is not longer than requested', async () => {
    const log = await writer()
    await log.write(numbered(1000))
    const { lines } = await page(log, { maxBytes: 1000 })
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.reduce((sum, line) => sum + line.text.length, 0)).toBeLessThanOrEqual(1000)
  })

  test('bytes that are not UTF-8 are harmless', async () => {
    const log = await writer()
    await log.raw(
      Buffer.concat([Buffer.from(`${TIME} stdout F a`), Buffer.from([0xff, 0xc3, 0]), Buffer.from('z\n')])
    )
    await log.write(['next'])
    const { texts } = await readAll(log)
    expect(texts).toEqual(['a\ufffd\ufffd\0z', 'next'])
  })

  test('a line torn by a kill is counted, and nothing else is lost', async () => {
    const log = await writer()
    await log.write(['before'])
    await log.raw('2026-01-\n')
    await appendFile(join(log.folder, '000000000002.log'), `${TIME} system F after\n`)
    expect(await readAll(log)).toMatchObject({ texts: ['before', 'after'], dropped: 1 })
  })

  test('any lines, split into any segments and pages, are read back', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 }).map(it => it.replaceAll('\n', ' '))
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 60 }),
        fc.integer({ min: 40, max: 2000 }),
        fc.integer({ min: 1, max: 3000 }),
        async (texts, segmentBytes, maxBytes) => {
          const log = await writer({ segmentBytes, totalBytes: 1 << 30 })
          await log.write(texts)
          expect((await readAll(log, { maxBytes })).texts).toEqual(texts)
        }
      ),
      { numRuns: 40 }
    )
  })
})

describe('rotation', () => {
  test('lines removed after the cursor are counted, the others are returned once', async () => {
    const log = await writer({ segmentBytes: 400, totalBytes: 2000 })
    await log.write(numbered(5))
    const { next } = await page(log)
    await log.write(numbered(200, 5))
    const { texts, dropped } = await readAll(log, { cursor: next })
    expect(dropped).toBeGreaterThan(0)
    expect(texts).toEqual(numbered(texts.length, 5 + dropped))
    expect(5 + dropped + texts.length).toBe(205)
  })

  test('lines removed before the first read are counted too', async () => {
    const log = await writer({ segmentBytes: 400, totalBytes: 2000 })
    await log.write(numbered(200))
    const { texts, dropped } = await readAll(log)
    expect(dropped + texts.length).toBe(200)
    expect(texts).toEqual(numbered(texts.length, dropped))
  })

  test('a very slow reader loses no line without counting it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 }), async bursts => {
        const log = await writer({ segmentBytes: 200, totalBytes: 800 })
        let cursor: string | undefined
        let expected = 0
        for (const burst of [...bursts, 0, 0, 0, 0]) {
          await log.write(numbered(burst, log.count))
          const next = await page(log, { maxBytes: 150, ...(cursor ? { cursor } : {}) })
          expected += next.dropped ?? 0
          expect(next.lines.map(line => line.text)).toEqual(numbered(next.lines.length, expected))
          expected += next.lines.length
          cursor = next.next
        }
        const rest = await readAll(log, cursor ? { cursor } : {})
        expect(expected + rest.dropped + rest.texts.length).toBe(log.count)
      }),
      { numRuns: 30 }
    )
  })
})

describe('the tail', () => {
  test.each([0, 1, 3, 7, 50, 99, 100, 500])('the last %i lines, wherever segments end', async tail => {
    const log = await writer({ segmentBytes: 300, totalBytes: 1 << 20 })
    await log.write(numbered(100))
    const { texts, dropped } = await readAll(log, { tail, maxBytes: 120 })
    expect(texts).toEqual(numbered(100).slice(100 - Math.min(tail, 100)))
    expect(dropped).toBe(0)
  })

  test('counts dropped lines behind it correctly', async () => {
    const log = await writer({ segmentBytes: 300, totalBytes: 1500 })
    await log.write(numbered(100))
    const { next } = await page(log, { tail: 0 })
    await log.write(numbered(100, 100))
    const { texts, dropped } = await readAll(log, { cursor: next })
    expect(dropped + texts.length).toBe(100)
  })
})

describe('cursors', () => {
  test.each(['', 'x', '1', '0-0', '0-0-0-0', '-1-0-0', '0-0-1e3', '9-0-1', '5-0-5', '0x1-0-1'])(
    'refuses %j',
    async cursor => {
      const log = await writer()
      await log.write(numbered(3))
      await expect(page(log, { cursor })).rejects.toMatchObject({ code: 'INVALID' })
    }
  )

  test('any text is refused or read, and never splits a line', async () => {
    const log = await writer({ segmentBytes: 300, totalBytes: 1 << 20 })
    await log.write(numbered(60))
    const number = fc.integer({ min: 0, max: 1200 })
    const made = fc.tuple(number, number, number).map(parts => parts.join('-'))
    await fc.assert(
      fc.asyncProperty(fc.oneof(made, fc.string()), async cursor => {
        const result = await page(log, { cursor }).catch((error: { code: string }) => error.code)
        if (result === 'INVALID') return
        if (typeof result === 'string') throw new Error(`unexpected ${result}`)
        for (const { text } of result.lines) expect(numbered(60)).toContain(text)
      }),
      { numRuns: 300 }
    )
  })

  test('a cursor beyond the end of a truncated file continues with the next segment', async () => {
    const log = await writer()
    await log.write(numbered(10))
    const { next } = await page(log)
    await writeFile(join(log.folder, '000000000000.log'), `${TIME} stdout F line 0\n`)
    await appendFile(join(log.folder, '000000000010.log'), `${TIME} system F again\n`)
    expect(await readAll(log, { cursor: next })).toMatchObject({ texts: ['again'], dropped: 0 })
  })
})

test('when lines were truncated after they were read, reading continues with complete lines', async () => {
  const log = await writer()
  await log.write(numbered(10))
  const { next } = await page(log)
  const file = join(log.folder, '000000000000.log')
  await truncate(file, (await stat(file)).size - 20)
  await appendFile(file, `\n${TIME} stdout F ${'x'.repeat(100)}\n${TIME} stdout F new\n`)
  expect((await readAll(log, { cursor: next })).texts).toEqual(['new'])
})

describe('waiting', () => {
  test('a new line ends the wait', async () => {
    const log = await writer()
    await log.write(['first'])
    const { next } = await page(log)
    const waiting = page(log, { cursor: next, waitMs: 20_000 }, goesOn)
    await log.write(['second'])
    expect((await waiting).lines.map(line => line.text)).toEqual(['second'])
  })

  test('an engine that does not report whether it has ended delays no line', async () => {
    const log = await writer()
    await log.write(['first'])
    const { next } = await page(log)
    const hangs = () => new Promise<boolean>(() => undefined)
    const waiting = page(log, { cursor: next, waitMs: 20_000 }, hangs)
    await log.write(['second'])
    expect((await waiting).lines.map(line => line.text)).toEqual(['second'])
  })

  test('the first line of a log that did not exist ends it too', async () => {
    const log = await writer()
    const waiting = page(log, { waitMs: 20_000 }, goesOn)
    await log.write(['first'])
    expect((await waiting).lines).toHaveLength(1)
  })

  test('it ends after the timeout with the same cursor', async () => {
    const log = await writer()
    const before = await page(log, {}, goesOn)
    expect(await page(log, { cursor: before.next, waitMs: 30 }, goesOn)).toEqual(before)
  })

  test('an abort ends it and leaves nothing behind', async () => {
    const log = await writer()
    await log.write(['first'])
    const { next } = await page(log)
    const handles = () => process.getActiveResourcesInfo().filter(name => /FSEvent|Timeout/.test(name)).length
    const before = handles()
    for (let round = 0; round < 20; round++) {
      const stop = new AbortController()
      const waiting = page(log, { cursor: next, waitMs: 20_000 }, goesOn, stop.signal)
      stop.abort()
      await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    }
    expect(handles()).toBeLessThanOrEqual(before)
  })
})

describe('reading backwards and by number', () => {
  /** The whole log, read backwards from its end. */
  async function readBack(log: LogWriter, maxBytes: number) {
    const pages: string[][] = []
    let before = (await page(log, { tail: 0 })).next
    for (;;) {
      const part = await page(log, { before, maxBytes })
      if (part.end) return { texts: pages.reverse().flat(), first: part.first }
      pages.push(part.lines.map(line => line.text))
      before = part.from as string
    }
  }

  test('gives every line once, over segments and pages of any size, to the oldest', async () => {
    const log = await writer({ segmentBytes: 300, totalBytes: 1 << 20 })
    await log.write([...numbered(50), 'é'.repeat(2_000), ...numbered(50, 51)])
    const expected = [...numbered(50), 'é'.repeat(2_000), ...numbered(50, 51)]
    for (const maxBytes of [1, 100, 1_000, 1 << 20]) {
      expect(await readBack(log, maxBytes)).toEqual({ texts: expected, first: 0 })
    }
  })

  test('stops at lines that rotation removed', async () => {
    const log = await writer({ segmentBytes: 200, totalBytes: 600 })
    await log.write(numbered(100))
    const { texts, first } = await readBack(log, 100)
    expect(first).toBeGreaterThan(50)
    expect(texts).toEqual(numbered(100).slice(first))
  })

  test('numbers the lines over the whole log in both directions', async () => {
    const log = await writer({ segmentBytes: 300, totalBytes: 1 << 20 })
    await log.write(numbered(100))
    expect(await page(log, { line: 42, maxBytes: 60 })).toMatchObject({ first: 42 })
    expect((await page(log, { line: 42 })).lines[0]?.text).toBe('line 42')
    expect(await page(log, { tail: 3 })).toMatchObject({ first: 97 })
    const { next } = await page(log, { line: 60, maxBytes: 60 })
    const back = await page(log, { before: next, maxBytes: 60 })
    expect(back.lines[0]?.text).toBe(`line ${back.first}`)
    expect(await page(log, { line: 1_000 })).toMatchObject({ lines: [], first: 100, end: true })
  })

  test('says how much follows a page', async () => {
    const log = await writer({ segmentBytes: 300, totalBytes: 1 << 20 })
    await log.write(numbered(100))
    const first = await page(log, { maxBytes: 100 })
    expect(first.behind).toBeGreaterThan(3_000)
    expect((await page(log, { tail: 1 })).behind).toBeUndefined()
  })
})

// An app in a container can write to the folder of its log.
describe('a log damaged by an app', () => {
  const posix = process.platform !== 'win32'

  test.runIf(posix)('leads to no other file, and reading does not block on a pipe', async () => {
    const log = await writer()
    await log.write(['mine'])
    const secret = join(log.runFolder, 'secret')
    await writeFile(secret, `${TIME} stdout F secret\n`)
    await symlink(secret, join(log.folder, '000000000001.log'))
    execFileSync('mkfifo', [join(log.folder, '000000000002.log')])
    await mkdir(join(log.folder, '000000000003.log'))
    for (const query of [{}, { tail: 10 }, { line: 0 }]) {
      expect((await readAll(log, query)).texts).toEqual(['mine'])
    }
    const { next } = await readAll(log)
    expect((await page(log, { before: next })).lines).toMatchObject([{ text: 'mine' }])
    const find = { text: 'e', caseSensitive: false, wholeWord: false, regex: false, limit: 10 }
    expect(await findInLog(log.runFolder, find)).toMatchObject({ total: 1, lines: [0] })
  })

  test('is not read into memory if a line never ends', async () => {
    const log = await writer()
    await log.write(['mine'])
    const end = (await readAll(log)).next
    // A sparse file: it takes no room on disk, and would fill the memory.
    await truncate(join(log.folder, '000000000000.log'), 40 * 1024 ** 3)
    expect((await page(log, { cursor: end })).lines).toEqual([])
    expect((await page(log, { tail: 1 })).lines).toMatchObject([{ text: 'mine' }])
    expect((await page(log, { before: `0-${30 * 1024 ** 3}-1` })).lines).toEqual([])
    const find = { text: 'mine', caseSensitive: false, wholeWord: false, regex: false, limit: 10 }
    expect(await findInLog(log.runFolder, find)).toMatchObject({ total: 1 })
  })
})
