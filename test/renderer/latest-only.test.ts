/** Sending what changes often: never twice at once, never an older one last, again after the host was away. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { latestOnly } from '../../src/renderer/host/latest-only.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the first goes at once, then the newest only', async () => {
  const sent: number[] = []
  const give = latestOnly(async (value: number) => void sent.push(value))
  for (const value of [1, 2, 3, 4]) give(value)
  expect(sent).toEqual([1])
  await vi.runAllTimersAsync()
  expect(sent).toEqual([1, 4])
})

test('while the host is away it is kept and sent again, unless there is a newer one', async () => {
  const sent: number[] = []
  let away = true
  const give = latestOnly(async (value: number) => {
    if (away) throw new AppError('UNAVAILABLE', 'away')
    sent.push(value)
  })
  give(1)
  await vi.advanceTimersByTimeAsync(100)
  give(2)
  away = false
  await vi.runAllTimersAsync()
  expect(sent).toEqual([2])
})

test('one that is refused is told and not repeated', async () => {
  const failed = vi.fn()
  const send = vi.fn(async () => {
    throw new AppError('INVALID', 'no')
  })
  latestOnly(send, failed)(1)
  await vi.runAllTimersAsync()
  expect([send.mock.calls.length, failed.mock.calls.length]).toEqual([1, 1])
})
