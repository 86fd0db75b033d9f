/** How the process engine reads the systems' process tables. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clock, createMetricsReader, parseStat, sumBelow } from '#adapters/engine-process/usage.ts'

test('a name with spaces and brackets does not shift the fields of /proc', () => {
  const stat = '42 (a) b (c)) S 7 42 42 0 -1 4194560 900 0 0 0 150 50 25 75 20 0 1 0 12345 1000 200'
  expect(parseStat(stat)).toEqual({ pid: 42, parent: 7, seconds: 3 })
})

test('no name makes the parser throw', () => {
  fc.assert(fc.property(fc.string(), name => void parseStat(`1 (${name}) S 2`)))
})

test.each([
  ['0:00.25', 0.25],
  ['12:34.50', 754.5],
  ['01:02:03', 3723],
  ['2-01:00:00', 176_400]
])('ps says %s', (text, seconds) => expect(clock(text)).toBe(seconds))

test('a process counts with all its descendants, and a cycle of parents ends', () => {
  const sum = sumBelow([
    { pid: 1, parent: 0, seconds: 100 },
    { pid: 10, parent: 1, seconds: 1 },
    { pid: 11, parent: 10, seconds: 2 },
    { pid: 12, parent: 11, seconds: 4 },
    { pid: 20, parent: 21, seconds: 8 },
    { pid: 21, parent: 20, seconds: 16 }
  ])
  expect(sum(10)).toBe(7)
  expect(sum(20)).toBe(24)
  expect(sum(99)).toBeUndefined()
})

test('where reading is expensive, times are reported only when they are new, memory always', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'q8s-usage-'))
  const state = { version: 1, phase: 'ready', pid: process.pid, startedAt: 1, memoryUsed: 7 }
  await writeFile(join(folder, 'state.json'), JSON.stringify(state))
  const read = createMetricsReader(async () => true, 60_000)
  const [mine, other] = ['a', 'b'].map(instanceId => ({ instanceId, runFolder: folder }))
  if (!mine || !other) throw new Error('there are two')
  expect((await read([mine])).get('a')).toEqual({ memoryUsed: 7, cpuSeconds: expect.any(Number) })
  expect((await read([mine])).get('a')).toEqual({ memoryUsed: 7 })
  expect((await read([other])).get('b')?.cpuSeconds).toBeGreaterThan(0)
  await rm(folder, { recursive: true })
})
