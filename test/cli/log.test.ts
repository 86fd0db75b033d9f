/** Logs: every line once and in order, at the reader's pace, raw to a pipe and harmless to a terminal. */
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import type { LogLine, LogPage } from '#shared/log.ts'
import { cli, instance, sink } from './support.ts'

const line = (text: string, change: Partial<LogLine> = {}): LogLine => ({
  time: '2020-10-13T06:38:58.05Z',
  stream: 'stdout',
  text,
  ...change
})

type ReadLog = (
  query: { cursor?: string; tail?: number; waitMs: number },
  options: { signal: AbortSignal }
) => Promise<LogPage>

/** A client whose log has these pages, one for each cursor. */
function paged(...pages: readonly (Omit<LogPage, 'next'> | AppError)[]) {
  const queries: { cursor?: string; tail?: number; waitMs: number }[] = []
  let failures = 0
  const readLog: ReadLog = async query => {
    queries.push(query)
    const page = pages[Number(query.cursor ?? 0) + failures]
    if (page instanceof AppError) {
      failures += 1
      throw page
    }
    return { lines: [], ...page, next: String(Number(query.cursor ?? 0) + 1) }
  }
  return { queries, client: { platform: { instances: { list: async () => [instance()], readLog } } } }
}

const FOLLOW = 'instance logs 222 -f'

test('a log is printed up to its current end', async () => {
  const { client, queries } = paged(
    { lines: [line('one'), line('two')] },
    { lines: [line('three')] },
    { lines: [] }
  )
  expect(await cli('instance logs 222', { client })).toEqual({
    code: 0,
    stdout: 'one\ntwo\nthree\n',
    stderr: ''
  })
  expect(queries.map(query => query.cursor)).toEqual([undefined, '1', '2'])
  expect(queries.every(query => query.waitMs === 0)).toBe(true)
})

test('following waits for more and ends with the log', async () => {
  const { client, queries } = paged(
    { lines: [line('one')] },
    { lines: [] },
    { lines: [line('two')], end: true }
  )
  expect(await cli(FOLLOW, { client })).toEqual({ code: 0, stdout: 'one\ntwo\n', stderr: '' })
  expect(queries.every(query => query.waitMs > 0)).toBe(true)
})

test('--tail applies to the first page only', async () => {
  const { client, queries } = paged({ lines: [line('one')] }, { lines: [] })
  await cli('instance logs 222 --tail 5', { client })
  expect(queries).toMatchObject([{ tail: 5 }, { cursor: '1' }])
  expect(queries[1]?.tail).toBeUndefined()
})

test('parts of a line are joined, and a line of the other stream between them stays separate', async () => {
  const { client } = paged(
    { lines: [line('a', { partial: true })] },
    { lines: [line('b', { partial: true }), line('c')] },
    {
      lines: [
        line('x', { partial: true }),
        line('err', { stream: 'stderr' }),
        line('y', { partial: true }),
        line('')
      ],
      end: true
    }
  )
  expect((await cli('instance logs 222', { client })).stdout).toBe('abc\nx\nerr\ny\n')
})

test('--timestamps are added to lines, not to their parts', async () => {
  const { client } = paged({ lines: [line('a', { partial: true }), line('b'), line('c')], end: true })
  const { stdout } = await cli('instance logs 222 --timestamps', { client })
  expect(stdout).toBe('2020-10-13T06:38:58.05Z ab\n2020-10-13T06:38:58.05Z c\n')
})

test('lines dropped by rotation are reported on stderr, even when quiet', async () => {
  const { client } = paged({ lines: [line('late')], dropped: 12_345, end: true })
  const { stdout, stderr } = await cli('instance logs 222 -q', { client })
  expect(stdout).toBe('late\n')
  expect(stderr).toContain('12345 lines are missing')
})

test('a read from an unreachable platform is repeated from the same place', async () => {
  const gone = new AppError('UNAVAILABLE', 'The engine is away.')
  const { client, queries } = paged({ lines: [line('one')] }, gone, gone, { lines: [line('two')], end: true })
  const { code, stdout, stderr } = await cli(FOLLOW, { client })
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'one\ntwo\n' })
  expect(stderr).toBe('The engine is away. Trying again from the same place…\n')
  expect(queries.map(query => query.cursor)).toEqual([undefined, '1', '1', '1'])
})

test('a pipe gets the text as the app wrote it, a terminal only its colours', async () => {
  const page = { lines: [line('\x1b[31mred\x1b[0m\x1b]0;owned\x07')], end: true }
  const { client } = paged(page)
  expect((await cli('instance logs 222', { client })).stdout).toBe('\x1b[31mred\x1b[0m\x1b]0;owned\x07\n')
  const terminal = sink(true)
  await cli('instance logs 222', { client: paged(page).client, world: { stdout: terminal } })
  expect(terminal.text()).toBe('\x1b[31mred\x1b[0m\n\x1b[0m')
  const dumb = sink(true)
  const world = { stdout: dumb, env: { TERM: 'dumb' } }
  await cli('instance logs 222', { client: paged(page).client, world })
  expect(dumb.text()).toBe('red\n')
})

test('a slow reader is waited for: no page is read while another waits to be written', async () => {
  let waiting: (() => void) | undefined
  let served = 0
  const slow = new Writable({
    highWaterMark: 1,
    write(_chunk, _encoding, done) {
      waiting = done
    }
  })
  const readLog: ReadLog = async () => {
    served += 1
    return { lines: [line('x'.repeat(100))], next: String(served), ...(served === 3 ? { end: true } : {}) }
  }
  const client = { platform: { instances: { list: async () => [instance()], readLog } } }
  const running = cli('instance logs 222', { client, world: { stdout: slow } })
  for (let page = 1; page <= 3; page++) {
    await expect.poll(() => waiting !== undefined).toBe(true)
    // Gives a wrong implementation time to read ahead.
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
    expect(served).toBe(page)
    const done = waiting
    waiting = undefined
    done?.()
  }
  expect((await running).code).toBe(0)
})

test('a reader that has gone ends the log silently', async () => {
  const closing = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    }
  })
  let served = 0
  const readLog: ReadLog = async () => ({ lines: [line('x')], next: String(++served) })
  const client = { platform: { instances: { list: async () => [instance()], readLog } } }
  const { code, stderr } = await cli(FOLLOW, { client, world: { stdout: closing } })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(served).toBeLessThan(5)
})

test.each([
  ['a log', FOLLOW],
  ['a result', 'instance list']
])('a full disk ends %s with an error', async (_what, line_) => {
  const full = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' }))
    }
  })
  const readLog: ReadLog = async () => ({ lines: [line('x')], next: 'a' })
  const client = { platform: { instances: { list: async () => [instance()], readLog } } }
  const { code, stderr } = await cli(line_, { client, world: { stdout: full } })
  expect(code).toBe(7)
  expect(stderr).toMatch(/^q8s-cli: The result could not be written: the disk is full\./)
})

test('Ctrl-C ends following without a message', async () => {
  const interrupt = new AbortController()
  const readLog: ReadLog = async (_query, { signal }) => {
    interrupt.abort()
    throw signal.reason
  }
  const client = { platform: { instances: { list: async () => [instance()], readLog } } }
  const outcome = await cli(FOLLOW, { client, world: { signal: interrupt.signal } })
  expect(outcome).toEqual({ code: 130, stdout: '', stderr: '' })
})
