/** A host that is killed with -9 at random moments: nothing acknowledged is lost, nothing is half done. */
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import { createBundleFiles } from '#adapters/platform-local/bundles.ts'
import { createObserver } from '#adapters/platform-local/instances/observe.ts'
import { createSecrets } from '#adapters/platform-local/secrets.ts'
import { sweep } from '#adapters/platform-local/sweep.ts'
import { openStore } from '#adapters/store/database.ts'
import { localSchema } from '#adapters/store/schema.ts'
import type { Engine } from '#core/ports.ts'
import type { Platform } from '#shared/platform.ts'
import { contextIn, createLocalHome, type LocalHome } from '../adapters/local-home.ts'
import { buildChild, startChild } from '../child.ts'
import { makeBundle } from '../platform-bundles.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'

/** The number of kills over all homes; each Docker home gets a tenth of them. */
const KILLS = Number(process.env.Q8S_TEST_KILLS ?? 200)
/** Decides when hosts are killed; a failure reports its seed. */
const SEED = Number(process.env.Q8S_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** The report after which a host is killed; undefined: it is killed while it opens the home. */
const MOMENTS = [
  undefined,
  'open',
  'open',
  'secret',
  'import',
  'import',
  'remove app',
  'run',
  'begins stop',
  'start'
]
/** The kill comes at most this many milliseconds later. */
const LONGEST = 150

const noPython = pythonProblem()
const noDocker = await dockerProblem()
if (!noDocker) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })
const dockerKills = noDocker ? 0 : Math.ceil(KILLS / 10)

/** Homes that are tested at the same time. */
const LANES: readonly Lane[] = [
  { kind: 'process', kills: Math.ceil((KILLS - dockerKills) / 2), skipped: noPython },
  { kind: 'process', kills: Math.floor((KILLS - dockerKills) / 2), skipped: noPython },
  { kind: 'docker', kills: dockerKills, skipped: noDocker }
]

interface Lane {
  readonly kind: Engine['kind']
  readonly kills: number
  readonly skipped: string | undefined
}

interface Fact {
  readonly did?: string
  readonly begins?: string
  readonly id: string
  readonly version: string
  readonly sha256: string
  readonly size: number
  readonly name: string
  readonly key: string
  readonly value: string
}

/** What the killed hosts reported as done. */
class Ledger {
  readonly apps = new Map<string, Fact>()
  readonly maybeRemoved = new Set<string>()
  readonly instances = new Set<string>()
  readonly secrets = new Map<string, Fact>()
  /** The number of times each action was done. */
  readonly done: Record<string, number> = {}

  note(fact: Fact): void {
    if (fact.did) this.done[fact.did] = (this.done[fact.did] ?? 0) + 1
    if (fact.did === 'import') this.apps.set(fact.id, fact)
    if (fact.begins === 'remove app') this.maybeRemoved.add(fact.id)
    if (fact.did === 'remove app') this.apps.delete(fact.id)
    if (fact.did === 'run') this.instances.add(fact.id)
    if (fact.did === 'secret') this.secrets.set(`${fact.name}/${fact.key}`, fact)
  }
}

describe(`a host killed ${KILLS} times`, () => {
  let program: string
  const homes: LocalHome[] = []

  beforeAll(async () => {
    program = await buildChild('fixtures/survival-child.ts')
  })
  afterAll(async () => {
    for (const home of homes) await home.remove()
  })

  for (const [number, lane] of LANES.entries()) {
    const title = `home ${number}, on the ${lane.kind} engine`
    test
      .skipIf(lane.skipped)
      .concurrent(lane.skipped ? `${title} (skipped: ${lane.skipped})` : title, async () => {
        const home = await createLocalHome({ engines: [] })
        homes.push(home)
        home.keychain.state = 'absent'
        await killAll(program, home, lane, SEED + number).catch(error => {
          console.error(`${title}: repeat with Q8S_TEST_SEED=${SEED}`)
          throw error
        })
      })
  }
})

async function killAll(program: string, home: LocalHome, { kind, kills }: Lane, seed: number) {
  const { cache: cacheFolder } = home.folders
  const engine =
    kind === 'docker' ? createDockerEngine({ cacheFolder }) : createProcessEngine({ cacheFolder })
  const platform = await home.open({ engines: [engine] })
  const bundle = join(home.root, 'template.qz')
  await writeFile(bundle, (await makeBundle()).bytes)
  const ledger = new Ledger()
  const random = randomOf(seed)
  // The next host starts while the state that the last one left is checked.
  const ready = () => startChild(program, [bundle, kind], { ...process.env, Q8S_HOME: home.root })
  let next = ready()
  try {
    for (let round = 0; round < kills; round++) {
      const child = next
      next = ready()
      await killOnce(child, round, random, ledger)
      await verify(home, platform, engine, ledger)
      if (round % 5 === 0) await stopAll(platform, ledger)
    }
  } finally {
    next.kill('SIGKILL')
  }
  // Kills before any action was done would prove nothing.
  for (const deed of ['import', 'remove app', 'run', 'secret']) {
    expect(ledger.done[deed], deed).toBeGreaterThan(kills / 20)
  }
  console.info(`${kind}: killed ${kills} times after`, ledger.done)
  await stopAll(platform, ledger)
  await verifyCleared(home, engine)
}

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Lets a host work until it reaches some moment, then kills it after a random delay. */
async function killOnce(child: ChildProcess, round: number, random: () => number, ledger: Ledger) {
  const exit = once(child, 'exit')
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const closed = once(lines, 'close')
  const moment = MOMENTS[Math.floor(random() * MOMENTS.length)]
  const reached = new Promise<void>(resolve => {
    if (moment === undefined) resolve()
    lines.on('line', line => {
      const fact = JSON.parse(line) as Fact
      ledger.note(fact)
      if (moment === (fact.did ?? `begins ${fact.begins}`)) resolve()
    })
  })
  child.stdin?.write(`${round}\n`)
  await Promise.race([reached, exit])
  await delay(random() * LONGEST)
  child.kill('SIGKILL')
  const [code] = await exit
  // Null: it worked until it was killed. Any other code is a failure of its own.
  expect(code).toBeNull()
  await closed
}

async function verify(home: LocalHome, platform: Platform, engine: Engine, ledger: Ledger): Promise<void> {
  const store = await openStore(join(home.folders.state, 'platform.db'), localSchema)
  expect(store.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  expect(store.all('PRAGMA foreign_key_check')).toEqual([])
  store.close()

  const apps = await platform.apps.list({})
  for (const app of apps) {
    const file = join(home.folders.state, 'bundles', `${app.bundle.sha256}.qz`)
    expect((await stat(file)).size, `the bundle of ${app.version}`).toBe(app.bundle.size)
  }
  const present = new Map(apps.map(app => [app.id, app]))
  for (const [id, { version, sha256, size }] of ledger.apps) {
    if (!present.has(id) && ledger.maybeRemoved.has(id)) continue
    expect(present.get(id), `the acknowledged app ${version}`).toMatchObject({
      version,
      bundle: { sha256, size }
    })
  }

  const instances = new Set((await platform.instances.list({})).map(({ id }) => id))
  for (const id of ledger.instances) expect(instances, 'the acknowledged instances').toContain(id)
  for (const id of await engine.list(join(home.folders.state, 'runs')))
    expect(instances, 'what the engine runs').toContain(id)
  await verifySecrets(home, ledger)
}

async function verifySecrets(home: LocalHome, ledger: Ledger): Promise<void> {
  const context = contextIn(home, [])
  const secrets = createSecrets(context)
  const wanted = [...ledger.secrets.values()]
  const env = await secrets.resolve(
    'anna',
    {
      App: { Name: 'a', Version: '0.1.0' },
      Runtime: { Module: 'm' },
      Env: wanted.map(({ name, key }, index) => ({ Name: `E${index}`, Secret: name, SecretKey: key }))
    },
    {}
  )
  expect(Object.values(env)).toEqual(wanted.map(({ value }) => value))
  await context.close()
}

async function stopAll(platform: Platform, ledger: Ledger): Promise<void> {
  const instances = await platform.instances.list({})
  await Promise.all(
    instances.map(async ({ id }) => {
      await platform.instances.stop({ id })
      await platform.instances.remove({ id })
      ledger.instances.delete(id)
    })
  )
}

async function verifyCleared(home: LocalHome, engine: Engine): Promise<void> {
  const context = contextIn(home, [engine])
  await sweep(context, createBundleFiles(context), createObserver(context))
  await context.close()
  expect(await engine.list(join(home.folders.state, 'runs'))).toEqual([])
  const runs = join(home.folders.state, 'runs')
  expect(existsSync(runs) ? execFileSync('ls', [runs], { encoding: 'utf8' }) : '').toBe('')
}

function pythonProblem(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'no python3 with venv'
  }
}
