/** Hosts killed while they start jobs: each job reported to a client is in the history, as interrupted. */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLocalHome, type LocalHome } from '../adapters/local-home.ts'
import { buildChild, startChild } from '../child.ts'

const KILLS = 12
/** The host is killed at most this many milliseconds after its first job. */
const LONGEST = 40

let home: LocalHome
beforeEach(async () => {
  home = await createLocalHome({ engines: [] })
})
afterEach(() => home.remove())

test(`no acknowledged job is missing after ${KILLS} kills`, { timeout: 60_000 }, async () => {
  const program = await buildChild('fixtures/jobs-child.ts')
  const start = () => startChild(program, ['a', '0', 'acknowledges'], { ...process.env, Q8S_HOME: home.root })
  const acknowledged: string[] = []
  let next = start()
  for (let kill = 0; kill < KILLS; kill++) {
    const host = next
    next = start()
    const exit = once(host, 'exit')
    const lines = createInterface({ input: host.stdout as NodeJS.ReadableStream })
    const closed = once(lines, 'close')
    const ids: string[] = []
    const first = new Promise<void>(resolve => {
      lines.on('line', line => {
        if (line === 'ready') return
        ids.push(line)
        resolve()
      })
    })
    host.stdin?.end()
    await first
    await delay(Math.random() * LONGEST)
    host.kill('SIGKILL')
    await Promise.all([exit, closed])
    acknowledged.push(...ids)
  }
  next.kill('SIGKILL')
  const { jobRecords } = await home.openAll()
  const states = new Map((await jobRecords.list()).map(({ id, state }) => [id, state]))
  // Only the newest jobs are kept.
  const kept = acknowledged.slice(-states.size + KILLS)
  expect(kept.length).toBeGreaterThan(KILLS)
  for (const id of kept) expect(states.get(id), id).toBe('interrupted')
})

test('a home is never refused while hosts keep opening, writing, closing and being killed', {
  timeout: 120_000
}, async () => {
  const program = await buildChild('fixtures/jobs-child.ts')
  const env = { ...process.env, Q8S_HOME: home.root }
  const done = new AbortController()
  let kills = 0
  const closes = { code: [] as (number | null)[] }

  async function killing(name: string) {
    while (!done.signal.aborted) {
      const host = startChild(program, [name, '0', 'acknowledges'], env)
      const exit = once(host, 'exit')
      await once(createInterface({ input: host.stdout as NodeJS.ReadableStream }), 'line')
      host.stdin?.end()
      await delay(Math.random() * 150)
      host.kill('SIGKILL')
      await exit
      kills++
    }
  }

  async function closing(name: string) {
    while (!done.signal.aborted) {
      const host = startChild(program, [name, '3', ''], env)
      const exit = once(host, 'exit')
      host.stdin?.end()
      const [code] = await exit
      closes.code.push(code)
    }
  }

  const hosts = [killing('a'), killing('b'), closing('c')]
  let opened = 0
  try {
    for (const end = performance.now() + 8_000; performance.now() < end; opened++) {
      const { platform, jobRecords, recordProblems } = await home.openAll()
      await platform.secrets.set({ name: 'one', values: { key: `${opened}` } })
      await jobRecords.list()
      expect(await recordProblems()).toEqual([])
      await home.close()
    }
  } finally {
    done.abort()
    await Promise.all(hosts)
  }
  expect(new Set(closes.code)).toEqual(new Set([0]))
  expect(kills).toBeGreaterThan(3)
  expect(opened).toBeGreaterThan(10)
  console.info({ opened, kills, closed: closes.code.length })
})
