/** The connection reopens automatically; until then calls fail with a clear error; lists merge their changes. */
import { describe, expect, test, vi } from 'vitest'
import { retryDelay } from '../../src/renderer/host/backoff.ts'
import { createConnection, type Wire } from '../../src/renderer/host/connection.ts'
import { toAppError } from '../../src/renderer/host/errors.ts'
import { merged, mergeJob } from '../../src/renderer/host/live.ts'
import { AppError } from '../../src/shared/errors.ts'
import { SignedOut } from '../../src/shared/sign-in.ts'
import { toWire } from '../../src/shared/wire.ts'
import { idOf, instance, job } from './made-up.ts'

function wire(answer: () => Promise<unknown>): Wire & { drop(): void } {
  let drop = () => {}
  const closed = new Promise<void>(resolve => {
    drop = resolve
  })
  return { link: { call: answer }, closed, drop }
}

describe('connection', () => {
  test('a call made before the first wire is open waits for it', async () => {
    let open: (wire: Wire) => void = () => {}
    const connection = createConnection(() => new Promise(resolve => (open = resolve)))
    const answer = connection.link.call(['a'], undefined, { context: {} })
    open(wire(async () => 42))
    await expect(answer).resolves.toBe(42)
    connection.close()
  })

  test('opens a new wire when one closes, and reports it', async () => {
    const wires = [wire(async () => 1), wire(async () => 2)]
    const open = vi.fn(async () => wires[open.mock.calls.length - 1] as Wire)
    const connection = createConnection(open)
    await connection.whenUp(AbortSignal.timeout(1_000))
    const down = new Promise<void>(resolve =>
      connection.state.subscribe(({ status }) => status === 'down' && resolve())
    )
    wires[0]?.drop()
    await down
    await vi.waitFor(() => {
      connection.retryNow()
      expect(connection.state.getState().status).toBe('up')
    })
    await expect(connection.link.call(['a'], undefined, { context: {} })).resolves.toBe(2)
    connection.close()
  })

  test('a call that is aborted while waiting is CANCELLED', async () => {
    const connection = createConnection(() => new Promise(() => {}))
    const stop = new AbortController()
    const answer = connection.link.call(['a'], undefined, { context: {}, signal: stop.signal })
    stop.abort()
    await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' })
    connection.close()
  })

  test('a host that does not know the page is not called again until there is a reason', async () => {
    let known = false
    const open = vi.fn(async () => {
      if (!known) throw new SignedOut()
      return wire(async () => 42)
    })
    const connection = createConnection(open)
    const call = () => connection.link.call(['a'], undefined, { context: {} })
    await expect(call()).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      hint: expect.stringContaining('q8s-cli ui')
    })
    expect(connection.state.getState().status).toBe('signed-out')
    expect(open).toHaveBeenCalledTimes(1)
    known = true
    connection.retryNow()
    await connection.whenUp(AbortSignal.timeout(1_000))
    await expect(call()).resolves.toBe(42)
    connection.close()
  })

  test('the wait doubles from one second to thirty, with jitter', () => {
    expect([0, 1, 2, 3, 9, 400].map(attempt => retryDelay(attempt, () => 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 30_000, 30_000
    ])
    expect(retryDelay(4, () => 0)).toBe(8_000)
    expect(retryDelay(0, () => 0)).toBe(1_000)
  })
})

describe('errors', () => {
  test('an AppError survives the wire with its hint and its facts', () => {
    const sent = toWire(new AppError('CONFLICT', 'It exists.', 'Raise Version.', { data: { name: 'x' } }))
    const arrived = toAppError(Object.assign(new Error(sent.message), sent))
    expect(arrived).toMatchObject({
      code: 'CONFLICT',
      message: 'It exists.',
      hint: 'Raise Version.',
      data: { name: 'x' }
    })
  })

  test('a broken connection is UNAVAILABLE, not a cancellation by the user', () => {
    expect(toAppError(new Error('Cannot send message, WebSocket is not open.')).code).toBe('UNAVAILABLE')
    expect(toAppError(new DOMException('closed', 'AbortError')).code).toBe('UNAVAILABLE')
    expect(toAppError(new DOMException('aborted', 'AbortError'), AbortSignal.abort()).code).toBe('CANCELLED')
  })
})

describe('live lists', () => {
  test('instances change, come and go, newest first, regardless of the clock', () => {
    const old = instance({ id: idOf(1), createdAt: '2026-01-01T00:00:00.000Z' })
    const gone = instance({ id: idOf(2) })
    const young = instance({ id: idOf(3), createdAt: '2025-12-31T23:00:00.000Z' })
    const stopped = { ...old, state: 'stopped' as const }
    expect(merged([old, gone], [young, stopped], [gone.id])).toEqual([young, stopped])
  })

  test('a job replaces itself and a new one comes first', () => {
    const first = job({ id: idOf(1) })
    const ended = { ...first, state: 'done' as const }
    const second = job({ id: idOf(2), startedAt: '2025-12-31T23:00:00.000Z' })
    expect(mergeJob([first], ended)).toEqual([ended])
    expect(mergeJob([first], second)).toEqual([second, first])
  })
})
