/** Sending a value that changes often: never twice at once, the newest last, again after the host was away. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { latestOnly } from '../../src/renderer/host/latest-only.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the first is sent at once, then only the newest', async () => {
  const sent: number[] = []
  const give = latestOnly(async (value: number) => void sent.push(value))
  for (const value of [1, 2, 3, 4]) give(value)
  expect(sent).toEqual([1])
  await vi.runAllTimersAsync()
  expect(sent).toEqual([1, 4])
})

test('while the host is away the value is kept and sent later, unless there is a newer one', async () => {
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

test('a refused value is reported and not sent again', async () => {
  const failed = vi.fn()
  const send = vi.fn(async () => {
    throw new AppError('INVALID', 'no')
  })
  latestOnly(send, failed)(1)
  await vi.runAllTimersAsync()
  expect([send.mock.calls.length, failed.mock.calls.length]).toEqual([1, 1])
})
