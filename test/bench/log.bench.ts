/** Reads a log through the contract, beside `docker logs -f` on the same output. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { homeFolders } from '#core/host/folders.ts'
import { createHost } from '#main/compose.ts'
import type { Client } from '#shared/contract.ts'
import { floodApp, floodScript } from '../flood-app.ts'
import { until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { dockerBase, dockerProblem } from '../real/docker-there.ts'
import { findProgram, median, printTable } from './measure.ts'

const LINES = 1_000_000
const ROUNDS = 3
/** Reading must be at least this many times faster than `docker logs -f`. */
const BAR = 5

const skipped = findProgram('docker') ? await dockerProblem() : 'no docker command'
const home = mkdtempSync(join(tmpdir(), 'q8s-bench-log-'))
const host = createHost({ kind: 'cli', folders: homeFolders({ Q8S_HOME: home }) })
let container: string | undefined

afterAll(async () => {
  if (container) execFileSync('docker', ['rm', '-f', container], { stdio: 'ignore' })
  const { platform } = host.client()
  for (const { id } of await platform.instances.list({})) {
    await platform.instances.stop({ id })
    await platform.instances.remove({ id })
  }
  await host.close()
  rmSync(home, { recursive: true, force: true })
})

const title = 'reading a million lines through the contract and by docker logs -f'

test.skipIf(skipped)(`${title}${skipped ? ` (skipped: ${skipped})` : ''}`, async () => {
  await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })
  const client = host.client()
  const id = await writeLog(client)
  container = await writeContainerLog()
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    theirs.push(await readContainer(container))
    ours.push(await readInstance(client, id))
  }
  const ratios = ours.map((speed, round) => speed / (theirs[round] ?? Number.NaN))
  const show = (speeds: readonly number[]) => speeds.map(speed => `${(speed / 1000).toFixed(0)} k/s`)
  printTable(`Log of ${LINES} lines of 105 bytes, ${ROUNDS} rounds in turn`, [
    ['way', 'median', 'of each round'],
    ['docker logs -f', show([median(theirs)])[0] ?? '', show(theirs).join(' ')],
    ['readLog in process', show([median(ours)])[0] ?? '', show(ours).join(' ')],
    ['ratio', median(ratios).toFixed(1), ratios.map(ratio => ratio.toFixed(1)).join(' ')]
  ])
  expect(median(ratios)).toBeGreaterThanOrEqual(BAR)
})

/** An instance in a container that has written its lines and ended. */
async function writeLog({ platform }: Client): Promise<string> {
  const app = await importApp(platform, { files: { 'serve.py': floodApp(LINES) } })
  const { id } = await platform.instances.run({ appId: app.id, engine: 'docker' })
  const { url } = await until(platform, id, 'ready', 120_000)
  await fetch(new URL('/go', url))
  await vi.waitFor(
    async () => {
      if ((await (await fetch(url)).json()) === null) throw new Error('the app is still writing')
    },
    { timeout: 120_000, interval: 100 }
  )
  await platform.instances.stop({ id })
  return id
}

/** A container that has printed the same lines and ended; its log has all of them. */
async function writeContainerLog(): Promise<string> {
  const command = ['run', '-d', '--entrypoint', 'python3', dockerBase(), '-u', '-c', floodScript(LINES)]
  const started = execFileSync('docker', command, { encoding: 'utf8' }).trim()
  const [code] = await once(spawn('docker', ['wait', started], { stdio: 'ignore' }), 'exit')
  expect(code).toBe(0)
  return started
}

/** Lines a second. */
async function readInstance({ platform }: Client, id: string): Promise<number> {
  const begin = performance.now()
  let lines = 0
  for (let cursor: string | undefined; ; ) {
    const page = await platform.instances.readLog({
      id,
      maxBytes: 1024 * 1024,
      ...(cursor ? { cursor } : {})
    })
    for (const { stream } of page.lines) if (stream === 'stdout') lines++
    cursor = page.next
    if (page.end) break
  }
  expect(lines).toBe(LINES)
  return (1000 * lines) / (performance.now() - begin)
}

async function readContainer(name: string): Promise<number> {
  const begin = performance.now()
  const child = spawn('docker', ['logs', '-f', name], { stdio: ['ignore', 'pipe', 'ignore'] })
  let lines = 0
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
  }
  expect(lines).toBe(LINES)
  return (1000 * lines) / (performance.now() - begin)
}
