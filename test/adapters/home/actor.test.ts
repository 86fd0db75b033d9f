/** Whether the process that operates on an instance is still alive, where its start time cannot be compared. */
import { uptime } from 'node:os'
import { afterEach, expect, test, vi } from 'vitest'
import { hasEnded, isAlive, isWithin, thisProcess } from '#adapters/home/actor.ts'

afterEach(() => {
  vi.useRealTimers()
})

const MINUTE = 60_000
const elsewhere = () => ({ ...thisProcess(), start: null })

test.each([-20, 20])('a clock set by %d minutes does not make a living process count as ended', minutes => {
  const actor = elsewhere()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * MINUTE })
  expect(isAlive(actor)).toBe(true)
  expect(isWithin(actor, MINUTE)).toBe(true)
})

test('an operation does not count as running for ever, nor after a reboot', () => {
  const now = uptime() * 1000
  expect(isAlive({ ...elsewhere(), since: now - 11 * MINUTE })).toBe(false)
  expect(isAlive({ ...elsewhere(), since: now + 11 * MINUTE })).toBe(false)
})

test('in doubt it has not ended: what is attached to a living process goes on', () => {
  const now = uptime() * 1000
  expect(hasEnded(thisProcess())).toBe(false)
  expect(hasEnded({ ...elsewhere(), since: now - 24 * 60 * MINUTE })).toBe(false)
  expect(hasEnded({ ...thisProcess(), pid: 999_999_999, space: 'of a container' })).toBe(false)
})

test('it has ended when its process is gone, another has its ID, or the computer was restarted', () => {
  expect(hasEnded({ ...thisProcess(), pid: 999_999_999 })).toBe(true)
  expect(hasEnded({ ...elsewhere(), since: uptime() * 1000 + MINUTE })).toBe(true)
  const { start } = thisProcess()
  if (start !== null) expect(hasEnded({ ...thisProcess(), start: `${start}0` })).toBe(true)
})
