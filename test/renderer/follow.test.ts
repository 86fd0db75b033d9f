/** A stream that breaks is opened again, until it is no longer wanted. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { follow } from '../../src/renderer/host/follow.ts'

const connection = { whenUp: () => Promise.resolve() } as unknown as Parameters<
  typeof follow
>[0]['connection']

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function* numbers(...events: readonly number[]) {
  yield* events
  throw new AppError('UNAVAILABLE', 'gone')
}

test('after a break it is opened again, and the first event is marked', async () => {
  const stop = new AbortController()
  const seen: unknown[] = []
  const ended = follow({ connection }, stop.signal, {
    open: async () => numbers(1, 2),
    opened: () => seen.push('open'),
    each: (event, first) => seen.push([event, first]),
    failed: ({ message }) => {
      seen.push(message)
      if (seen.length > 5) stop.abort()
    }
  })
  await vi.advanceTimersByTimeAsync(5_000)
  await ended
  const once = ['open', [1, true], [2, false], 'gone']
  expect(seen).toEqual([...once, ...once])
})

test('each event waits for the one before, and no error is reported after the end', async () => {
  const stop = new AbortController()
  const seen: string[] = []
  const failed = vi.fn()
  await follow({ connection }, stop.signal, {
    open: async () => numbers(1, 2),
    each: async event => {
      seen.push(`begin ${event}`)
      await Promise.resolve()
      seen.push(`end ${event}`)
      if (event === 2) stop.abort()
    },
    failed
  })
  expect(seen).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2'])
  expect(failed).not.toHaveBeenCalled()
})
