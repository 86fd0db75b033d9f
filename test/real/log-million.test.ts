/**
 * A million lines through an instance, with a slow reader that disconnects and resumes, and a host that is killed.
 * Every line arrives once and in order, or is counted as dropped; the app is never blocked; the host stays small.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import type { Engine } from '#core/ports.ts'
import type { LogPage } from '#shared/log.ts'
import type { Platform } from '#shared/platform.ts'
import { createLocalHome, type LocalHome } from '../adapters/local-home.ts'
import { buildChild, startChild } from '../child.ts'
import { floodApp } from '../flood-app.ts'
import { until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'

const LINES = 1_000_000
const DISCONNECTS = 20
/** Limit in bytes of a host's resident memory while it serves the log. */
const HOST_MEMORY = 200 * 1024 * 1024
/** Limit in seconds for the app to print its lines; alone it takes about one. */
const APP_SECONDS = 60
const MIB = 1024 * 1024

const dockerSkipped = await dockerProblem()
if (!dockerSkipped) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })

suite('process', undefined, cacheFolder => createProcessEngine({ cacheFolder }))
suite('docker', dockerSkipped, cacheFolder => createDockerEngine({ cacheFolder }))

function suite(
  kind: Engine['kind'],
  skipped: string | undefined,
  create: (cacheFolder: string) => Engine
): void {
  const title = `a million lines on the ${kind} engine${skipped ? ` (skipped: ${skipped})` : ''}`
  describe.skipIf(skipped)(title, () => {
    test('no line is lost below the limit', async () => {
      const { received, dropped } = await flood(create, 256 * MIB)
      expect(dropped).toBe(0)
      expect(received).toBe(LINES)
    })

    test('lines removed by the limit are counted', async () => {
      const { received, dropped, missing } = await flood(create, 24 * MIB)
      expect(received).toBeLessThan(LINES)
      expect(received + missing).toBe(LINES)
      // The dropped lines may include some of the launcher's own.
      expect(dropped - missing).toBeGreaterThanOrEqual(0)
      expect(dropped - missing).toBeLessThan(50)
    })
  })
}

async function flood(create: (cacheFolder: string) => Engine, totalBytes: number) {
  const home = await createLocalHome({ engines: [] })
  const engine = create(home.folders.cache)
  const platform = await home.open({ engines: [engine], log: { segmentBytes: 4 * MIB, totalBytes } })
  const hosts = await createHosts(home)
  let id: string | undefined
  try {
    const app = await importApp(platform, { files: { 'serve.py': floodApp(LINES) } })
    id = (await platform.instances.run({ appId: app.id })).id
    const { url } = await until(platform, id, 'ready', 120_000)
    const result = await readAll(hosts, platform, id, url)
    expect(result.seconds).toBeLessThan(APP_SECONDS)
    expect(result.readWhenWritten, 'the reader was the slower one').toBeLessThan(LINES)
    expect(hosts.peak()).toBeLessThan(HOST_MEMORY)
    console.info(
      `${engine.kind}: written in ${result.seconds.toFixed(1)} s, received ${result.received}, dropped ` +
        `${result.dropped}, host at most ${(hosts.peak() / MIB).toFixed(0)} MiB`
    )
    return result
  } finally {
    hosts.kill()
    if (id) {
      await platform.instances.stop({ id })
      await platform.instances.remove({ id })
    }
    await home.remove()
  }
}

/** Reads slowly while the app writes, then to the end; disconnects and resumes, and loses its host once. */
async function readAll(hosts: Hosts, platform: Platform, id: string, url: string) {
  let cursor: string | undefined
  let [received, dropped, missing, pages, disconnects] = [0, 0, 0, 0, 0]
  let expected = 0
  let seconds: number | undefined
  let readWhenWritten = 0
  let killed = false

  await fetch(new URL('/go', url))
  const written = vi
    .waitFor(
      async () => {
        const answer = (await (await fetch(url)).json()) as number | null
        if (answer === null) throw new Error('the app is still writing')
        return answer
      },
      { timeout: APP_SECONDS * 1000, interval: 100 }
    )
    .then(async result => {
      seconds = result
      readWhenWritten = received
      await platform.instances.stop({ id })
    })

  for (;;) {
    const query = { id, maxBytes: 256 * 1024, waitMs: 1000, ...(cursor ? { cursor } : {}) }
    if (pages % 5 === 2 && disconnects < DISCONNECTS) {
      disconnects++
      hosts.breakOff(query)
    }
    if (!killed && disconnects === DISCONNECTS / 2) {
      killed = true
      await hosts.restart()
    }
    const page = await hosts.read(query)
    dropped += page.dropped ?? 0
    for (const { stream, text } of page.lines) {
      if (stream !== 'stdout' || text.length !== 104) continue
      const number = Number(text.slice(0, 8))
      expect(number, 'the next line').toBeGreaterThanOrEqual(expected)
      missing += number - expected
      expected = number + 1
      received++
    }
    cursor = page.next
    pages++
    if (page.end) break
    if (seconds === undefined) await delay(25)
  }
  await written
  expect(disconnects).toBe(DISCONNECTS)
  expect(killed).toBe(true)
  return { received, dropped, missing, seconds: seconds ?? Number.NaN, readWhenWritten }
}

type Query = Parameters<Platform['instances']['readLog']>[0]
type Hosts = Awaited<ReturnType<typeof createHosts>>

interface Answer {
  readonly seq: number
  readonly peak: number
  readonly page?: LogPage
  readonly error?: string
}

/** An answer of a host; a killed host may leave half a line. */
function parseAnswer(line: string, host: ChildProcess): Answer | undefined {
  try {
    return JSON.parse(line) as Answer
  } catch (error) {
    if (host.killed) return undefined
    throw error
  }
}

/** One host process after another in the same home. */
async function createHosts(home: LocalHome) {
  const program = await buildChild('fixtures/log-host.ts')
  const waiting = new Map<number, (answer: { page?: LogPage; error?: string }) => void>()
  let seq = 0
  let peak = 0
  let child = begin()

  function begin(): ChildProcess {
    const started = startChild(program, [], { ...process.env, Q8S_HOME: home.root })
    createInterface({ input: started.stdout as NodeJS.ReadableStream }).on('line', line => {
      const answer = parseAnswer(line, started)
      if (!answer) return
      peak = Math.max(peak, answer.peak)
      waiting.get(answer.seq)?.(answer)
      waiting.delete(answer.seq)
    })
    return started
  }

  const send = (request: unknown) => child.stdin?.write(`${JSON.stringify(request)}\n`)

  return {
    async read(query: Query): Promise<LogPage> {
      const number = ++seq
      const answered = new Promise<{ page?: LogPage; error?: string }>(resolve =>
        waiting.set(number, resolve)
      )
      send({ seq: number, query })
      const { page, error } = await answered
      if (!page) throw new Error(error)
      return page
    },
    /** Sends a request and disconnects before the answer comes; the answer is never read. */
    breakOff(query: Query): void {
      const number = ++seq
      send({ seq: number, query })
      send({ seq: number })
    },
    async restart(): Promise<void> {
      const exit = once(child, 'exit')
      child.kill('SIGKILL')
      await exit
      child = begin()
    },
    kill: () => child.kill('SIGKILL'),
    peak: () => peak
  }
}
