/** From a folder to a ready instance, first and again, beside starting server and app by hand. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { openDocker } from '#adapters/engine-docker/asking.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { resourcePath } from '#core/host/resources.ts'
import { createHost, type Host } from '#main/compose.ts'
import type { EngineKind } from '#shared/instance.ts'
import { median, printTable } from './measure.ts'

const ROUNDS = 3
/**
 * Short measurements are taken this often in each round, in turns, so that a burst of another program affects all
 * alike.
 */
const REPEATS = 3
const windows = process.platform === 'win32'
const run = promisify(execFile)
const work = mkdtempSync(join(tmpdir(), 'q8s-bench-deploy-'))
const hosts: Host[] = []

afterAll(async () => {
  for (const host of hosts) {
    const { platform } = host.client()
    for (const { id } of await platform.instances.list({})) {
      await platform.instances.stop({ id })
      await platform.instances.remove({ id })
    }
    await host.close()
  }
  rmSync(work, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** An environment as a developer has it: everything installed and compiled. */
async function makeEnvironment(project: string): Promise<string> {
  const venv = join(work, 'venv')
  await run(windows ? 'python' : 'python3', ['-m', 'venv', venv])
  const python = join(venv, windows ? 'Scripts/python.exe' : 'bin/python')
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(project, 'requirements.txt')])
  return venv
}

/** Seconds from nothing to a served app, with the two commands from the SDK's documentation. */
async function byHand(project: string, venv: string): Promise<number> {
  const [port, appPort] = [await freePort(), await freePort()]
  const env = {
    ...process.env,
    H2O_WAVE_LISTEN: `127.0.0.1:${port}`,
    H2O_WAVE_ADDRESS: `http://127.0.0.1:${port}`,
    H2O_WAVE_APP_ADDRESS: `http://127.0.0.1:${appPort}`,
    H2O_WAVE_DATA_DIR: join(work, 'data')
  }
  const begin = performance.now()
  const server = spawn(join(venv, windows ? 'waved.exe' : 'waved'), [], { cwd: venv, env })
  const served = printed(server, '"t":"app_add"')
  await printed(server, '"t":"listen"')
  const python = join(venv, windows ? 'Scripts/python.exe' : 'bin/python')
  const command = ['-m', 'uvicorn', 'hello:main', '--host', '127.0.0.1', '--port', String(appPort)]
  const app = spawn(python, command, { cwd: project, env, stdio: 'ignore' })
  await served
  const seconds = (performance.now() - begin) / 1000
  for (const child of [app, server]) {
    child.kill()
    await once(child, 'exit')
  }
  return seconds
}

function printed(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = ''
    const look = (data: Buffer) => {
      seen += data.toString()
      if (seen.includes(text)) resolve()
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('exit', code => reject(new Error(`it ended with ${code}: ${seen}`)))
  })
}

async function openHome(name: string, engine: EngineKind): Promise<Host> {
  const folder = (part: string) => join(work, name, part)
  const folders = { config: folder('config'), state: folder('state'), cache: folder('cache') }
  const host = createHost({ kind: 'cli', folders })
  hosts.push(host)
  await host.client().system.saveSettings({ engine })
  return host
}

/** Seconds of `bundle deploy --wait` in a running host; the instance is stopped afterwards. */
async function deploy(host: Host, project: string): Promise<number> {
  const client = host.client()
  const begin = performance.now()
  const { jobId } = await client.projects.publish({ path: project, deploy: true, wait: true })
  for await (const job of await client.jobs.watch({ id: jobId })) {
    if (job.state === 'running') continue
    if (job.state !== 'done') throw new Error(`${job.error?.message}\n${job.log.join('\n')}`)
    const seconds = (performance.now() - begin) / 1000
    if (job.result?.instanceId) await client.platform.instances.stop({ id: job.result.instanceId })
    return seconds
  }
  throw new Error('the job was not told to the end')
}

async function dockerProblem(): Promise<string | undefined> {
  const base = process.env.Q8S_TEST_DOCKER_BASE
  if (!base) return 'Q8S_TEST_DOCKER_BASE names no base image'
  try {
    await (await openDocker()).ask(docker => docker.ping())
    await buildRuntimeImage({ base, onLine: () => undefined })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

test('deploying until it is ready', async () => {
  const project = join(work, 'hello-wave')
  mkdirSync(project)
  cpSync(resourcePath('samples/hello-wave'), project, { recursive: true })
  const venv = await makeEnvironment(project)
  const problem = await dockerProblem()
  const engines: EngineKind[] = problem ? ['process'] : ['process', 'docker']
  const times = new Map<string, number[]>()
  const note = (name: string, seconds: number) => times.set(name, [...(times.get(name) ?? []), seconds])

  // A first run that does not count, so that no measurement pays for files that the system reads from disk only once.
  await byHand(project, venv)
  for (let round = 0; round < ROUNDS; round++) {
    const homes: [EngineKind, Host][] = []
    for (const engine of engines) {
      const host = await openHome(`${engine}-${round}`, engine)
      note(`${engine}, first`, await deploy(host, project))
      homes.push([engine, host])
    }
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      // A deploy stamps its version with the second, so wait for the next one.
      await new Promise(resolve => setTimeout(resolve, 1100))
      note('by hand', await byHand(project, venv))
      for (const [engine, host] of homes) note(`${engine}, again`, await deploy(host, project))
    }
  }
  report(times, problem)
  expect(times.size).toBe(1 + 2 * engines.length)
})

function report(times: ReadonlyMap<string, readonly number[]>, problem: string | undefined): void {
  const base = median(times.get('by hand') ?? [])
  const rows = [...times].sort().map(([name, seconds]) => {
    const middle = median(seconds)
    const over = middle - 1.5 * base
    return [
      name,
      middle.toFixed(2),
      Math.min(...seconds).toFixed(2),
      (middle / base).toFixed(2),
      over.toFixed(2)
    ]
  })
  const title = `Deploying hello-wave until ready on ${availableParallelism()} cores, median of ${ROUNDS} rounds`
  printTable(problem ? `${title} (no Docker: ${problem})` : title, [
    ['', 'wall s', 'least', 'of by hand', 's above 1.5 of it'],
    ...rows
  ])
}
