/** How the local platform handles engines, ports and processes that come and go. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openStore } from '#adapters/store/database.ts'
import { localSchema } from '#adapters/store/schema.ts'
import { EngineUnavailable, PortTaken } from '#core/platform/engine-errors.ts'
import { AppError } from '#shared/errors.ts'
import { Instance } from '#shared/instance.ts'
import { KEPT_EVENTS } from '#shared/instance-event.ts'
import type { Platform } from '#shared/platform.ts'
import { textOf, until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'
import { createLocalHome, type LocalHome } from './local-home.ts'

let engine: FakeEngine
let home: LocalHome
let platform: Platform
const servers: Server[] = []

beforeEach(async () => {
  engine = createFakeEngine('process', ['No hard memory limit.'])
  home = await createLocalHome({ engines: [engine] })
  platform = await home.open()
})
afterEach(async () => {
  engine.down = false
  for (const { id } of await platform.instances.list({})) {
    await platform.instances.stop({ id })
    await platform.instances.remove({ id })
  }
  for (const server of servers.splice(0)) server.close()
  await home.remove()
})

async function occupy(port = 0): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

async function runReady(options: Partial<Parameters<Platform['instances']['run']>[0]> = {}) {
  const app = await importApp(platform, { version: `0.1.${engine.started.length}` })
  const { id } = await platform.instances.run({ appId: app.id, ...options })
  return until(platform, id, 'ready')
}

const portOf = ({ url }: { url: string }) => Number(new URL(url).port)

test('closing the platform ends its watches, and later calls do not reopen it', async () => {
  const changes = await platform.instances.watch({})
  await changes.next()
  const next = changes.next()
  await home.close()
  expect(await next).toMatchObject({ done: true })
  await expect(platform.apps.list({})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  platform = await home.open()
})

test('listing apps does not call an engine', async () => {
  await importApp(platform)
  await platform.apps.list({ all: true })
  expect(engine.calls).toEqual({})
})

test('the requested port is used, and kept over restarts', async () => {
  const server = await occupy()
  for (const closing of servers.splice(0)) await new Promise(resolve => closing.close(resolve))
  const instance = await runReady({ port: server })
  expect(portOf(instance)).toBe(server)
  await platform.instances.stop({ id: instance.id })
  await platform.instances.start({ id: instance.id })
  const again = await until(platform, instance.id, 'ready')
  expect(portOf(again)).toBe(server)
  expect(again.notices).toEqual(['No hard memory limit.'])
})

test('a port in use is replaced, and a notice says so', async () => {
  const taken = await occupy()
  const instance = await runReady({ port: taken })
  expect(portOf(instance)).not.toBe(taken)
  expect(instance.notices.join()).toContain(`Port ${taken} is taken`)
})

test('a port that was taken while the instance was stopped is replaced', async () => {
  const instance = await runReady()
  await platform.instances.stop({ id: instance.id })
  await occupy(portOf(instance))
  await platform.instances.start({ id: instance.id })
  const again = await until(platform, instance.id, 'ready')
  expect(portOf(again)).not.toBe(portOf(instance))
  expect(again.notices.join()).toContain(`Port ${portOf(instance)} is taken`)
})

test('if the chosen port is taken before the app binds it, another one is chosen', async () => {
  const taken = () => new PortTaken(1, 'Port taken.')
  engine.faults.push(taken(), taken())
  expect((await runReady()).state).toBe('ready')
  expect(engine.calls.start).toBe(3)
})

test('two instances that request one port get two', async () => {
  const app = await importApp(platform)
  const begun = await Promise.all(
    [1, 2, 3].map(() => platform.instances.run({ appId: app.id, port: 21_987 }))
  )
  expect(new Set(begun.map(portOf)).size).toBe(3)
  for (const { id } of begun) await until(platform, id, 'ready')
})

test('a first start that fails leaves nothing behind', async () => {
  engine.faults.push(new AppError('UNAVAILABLE', 'The engine broke.', 'Mend it.'))
  const app = await importApp(platform)
  await expect(platform.instances.run({ appId: app.id })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('The engine broke.'),
    hint: 'Mend it.'
  })
  expect(await platform.instances.list({})).toEqual([])
  expect(await readdir(home.folders.state).then(names => names.includes('runs'))).toBe(true)
  expect(await readdir(join(home.folders.state, 'runs'))).toEqual([])
})

test('a later start that fails shows why, and can be repeated', async () => {
  const { id } = await runReady()
  await platform.instances.stop({ id })
  engine.faults.push(new AppError('UNAVAILABLE', 'The engine broke.'))
  await expect(platform.instances.start({ id })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await platform.instances.get({ id })).toMatchObject({
    state: 'failed',
    reason: { code: 'engine-unavailable', message: 'The engine broke.' }
  })
  await platform.instances.start({ id })
  expect(await until(platform, id, 'ready')).toMatchObject({ restarts: 2 })
})

test('an engine that is not available is reported before anything is recorded', async () => {
  const app = await importApp(platform)
  engine.down = true
  await expect(platform.instances.run({ appId: app.id })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'The fake engine is down.',
    hint: 'Start it.'
  })
  await expect(platform.instances.run({ appId: app.id, engine: 'docker' })).rejects.toMatchObject({
    code: 'UNAVAILABLE'
  })
  engine.down = false
  expect(await platform.instances.list({})).toEqual([])
})

test('docker is chosen when it is available, and never when another engine was requested', async () => {
  const docker = createFakeEngine('docker')
  const both = await home.open({ engines: [engine, docker] })
  const app = await importApp(both)
  expect(await both.instances.run({ appId: app.id })).toMatchObject({ engine: 'docker' })
  expect(await both.instances.run({ appId: app.id, engine: 'process' })).toMatchObject({ engine: 'process' })
  const set = await home.open({ engines: [engine, docker], engineChoice: () => 'process' })
  expect(await set.instances.run({ appId: app.id })).toMatchObject({ engine: 'process' })
  docker.down = true
  expect(await both.instances.run({ appId: app.id })).toMatchObject({ engine: 'process' })
  docker.down = false
  for (const { id } of await both.instances.list({})) {
    await both.instances.stop({ id })
    await both.instances.remove({ id })
  }
})

test('an instance whose launcher was killed is failed, and stays failed', async () => {
  const { id } = await runReady()
  await engine.kill(id)
  expect(await platform.instances.get({ id })).toMatchObject({
    state: 'failed',
    reason: { code: 'interrupted' }
  })
  engine.down = true
  expect(await platform.instances.get({ id })).toMatchObject({
    state: 'failed',
    reason: { code: 'interrupted' }
  })
})

test('while an engine does not answer, the last known state is shown, with a notice', async () => {
  const { id } = await runReady()
  engine.down = true
  const instance = await platform.instances.get({ id })
  expect(instance).toMatchObject({ state: 'ready', engineGone: 'The fake engine does not answer.' })
  expect(instance.notices.at(-1)).toContain('last that was known')
  await expect(platform.instances.stop({ id })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await textOf(platform, id)).toContain('greeting')
  engine.down = false
  const again = await platform.instances.get({ id })
  expect(again).toMatchObject({ state: 'ready' })
  expect(again.engineGone).toBeUndefined()
})

// An app in a container can write to its run folder.
test.runIf(process.platform !== 'win32')('an invalid state written by an app breaks no list', async () => {
  const { id } = await runReady()
  const file = join(home.folders.state, 'runs', id, 'state.json')
  const state = JSON.parse(await readFile(file, 'utf8'))
  const lists = async () => (await platform.instances.list({})).map(instance => instance.id)
  await rm(file)
  execFileSync('mkfifo', [file])
  expect(await lists()).toEqual([id])
  await rm(file)
  await symlink('/dev/zero', file)
  expect(await lists()).toEqual([id])
  await rm(file)
  expect(await platform.instances.facts({ id })).toBeNull()
  await writeFile(file, '{}')
  await truncate(file, 1024 ** 3)
  expect(await lists()).toEqual([id])
  const withFacts = (change: object) =>
    writeFile(file, JSON.stringify({ ...state, facts: { ...state.facts, ...change } }))
  for (const spoilt of [{ module: 7 }, { python: undefined }, { appRoot: 'x'.repeat(5_000) }]) {
    await withFacts(spoilt)
    expect(await platform.instances.get({ id })).toMatchObject({ state: 'ready' })
    expect(await platform.instances.facts({ id })).toBeNull()
  }
  await withFacts({ module: '\u001b[31mrun\u202e', more: 'of its own' })
  expect(await platform.instances.facts({ id })).toEqual({ ...state.facts, module: 'run' })
  // The last state has an invalid end time: its record still has a valid one.
  const exit = { code: 'app-crashed', message: 'It crashed.' }
  await writeFile(file, JSON.stringify({ ...state, phase: 'ended', readyAt: 1e300, exit }))
  await utimes(file, 1e12, 1e12).catch(() => undefined)
  expect(await platform.instances.get({ id })).toMatchObject({ state: 'ready' })
  await engine.kill(id)
  const ended = await platform.instances.get({ id })
  expect(ended).toMatchObject({ state: 'failed', reason: exit })
  expect(Instance.parse(ended)).toEqual(ended)
})

test('an engine that hangs is waited for once, not once for each of its instances', async () => {
  const app = await importApp(platform)
  for (let count = 0; count < 10; count++) await platform.instances.run({ appId: app.id })
  let asked = 0
  let letGo = () => {}
  const waited = new Promise<void>(resolve => {
    letGo = resolve
  })
  const hanging = {
    ...engine,
    async status() {
      asked++
      // The instances that are queried at once wait together. The engine is given up once all of them wait.
      if (asked === 8) letGo()
      await waited
      throw new EngineUnavailable('silent', 'The fake engine hangs.', 'Wait.')
    }
  }
  const other = await home.open({ engines: [hanging] })
  const listed = await other.instances.list({})
  expect(listed.map(({ engineGone }) => engineGone)).toEqual(Array(10).fill('The fake engine hangs.'))
  expect(asked).toBe(8)
  await expect(other.instances.get({ id: listed[0]?.id ?? '' })).resolves.toHaveProperty('engineGone')
  expect(asked).toBe(9)
})

test('when an engine is gone for good, its instances can still be removed', async () => {
  const { id } = await runReady()
  const gone = async () => {
    throw new EngineUnavailable('absent', 'There is no engine.', 'Start it.')
  }
  const { instances } = await home.open({ engines: [{ ...engine, status: gone, stop: gone, remove: gone }] })
  // As long as the app answers, the instance does not count as ended.
  await expect(instances.stop({ id })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await instances.get({ id })).toMatchObject({ state: 'ready', engineGone: 'There is no engine.' })
  await engine.kill(id)
  expect(await instances.stop({ id })).toMatchObject({ state: 'stopped', reason: { code: 'interrupted' } })
  await instances.remove({ id })
  expect(await instances.list({})).toEqual([])
})

test('another process finds the instance, reads its log and stops it', async () => {
  const { id } = await runReady()
  const other = await home.open()
  expect(await other.instances.get({ id })).toMatchObject({ state: 'ready', memory: { used: 1_000_000 } })
  expect(await textOf(other, id)).toContain('greeting')
  await other.instances.stop({ id })
  expect(await platform.instances.get({ id })).toMatchObject({ state: 'stopped' })
})

test('an instance that is stopped while it starts does not go on running', async () => {
  const app = await importApp(platform)
  const starting = platform.instances.run({ appId: app.id })
  const other = await home.open()
  let id: string | undefined
  while (!id) id = (await other.instances.list({}))[0]?.id
  await other.instances.stop({ id })
  await starting.catch(() => undefined)
  expect(await engine.list('')).toEqual([])
  expect(await platform.instances.get({ id })).toMatchObject({ state: 'stopped' })
})

test('a start whose process was killed is shown as interrupted, and can be repeated', async () => {
  const { id } = await runReady()
  await platform.instances.stop({ id })
  for (const name of ['state.json', 'fake.pid']) await rm(join(home.folders.state, 'runs', id, name))
  const store = await openStore(join(home.folders.state, 'platform.db'), localSchema)
  const actor = JSON.stringify({ pid: 2 ** 30, start: '1', since: 0 })
  store.run(`UPDATE instances SET state = 'starting', actor = ?, reason = NULL WHERE id = ?`, actor, id)
  store.close()
  expect(await platform.instances.get({ id })).toMatchObject({
    state: 'failed',
    reason: { code: 'interrupted', message: expect.stringContaining('while it started') }
  })
  await platform.instances.start({ id })
  await until(platform, id, 'ready')
})

test('a start that waits for its turn can be cancelled', async () => {
  const app = await importApp(platform)
  let letGo = () => {}
  const gate = new Promise<void>(resolve => {
    letGo = resolve
  })
  let begun = 0
  const slow = {
    ...engine,
    async start(...spec: Parameters<FakeEngine['start']>) {
      begun++
      await gate
      return engine.start(...spec)
    }
  }
  const { instances } = await home.open({ engines: [slow] })
  const first = Array.from({ length: 4 }, () => instances.run({ appId: app.id }))
  await vi.waitFor(() => expect(begun).toBe(4))
  const cancel = new AbortController()
  const waiting = instances.run({ appId: app.id }, { signal: cancel.signal })
  await vi.waitFor(async () => expect(await instances.list({})).toHaveLength(5))
  cancel.abort(new AppError('CANCELLED', 'Cancelled.'))
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(await instances.list({})).toHaveLength(4)
  letGo()
  await Promise.all(first)
})

test('of several starts at once one succeeds, and the others get an error', async () => {
  const { id } = await runReady()
  await platform.instances.stop({ id })
  const others = await Promise.all([home.open(), home.open()])
  const starting = [platform, ...others].map(each => each.instances.start({ id }))
  const results = await Promise.allSettled(starting)
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await until(platform, id, 'ready')).toMatchObject({ restarts: 1 })
})

test('given variables win over secrets, are kept for later starts, and are stored only encrypted', async () => {
  const wants = '[[Env]]\nName = "GREETING"\nSecret = "mail"\nSecretKey = "greeting"\n'
  const app = await importApp(platform, { env: wants })
  const { id } = await platform.instances.run({ appId: app.id, env: { GREETING: 'from-the-caller' } })
  await until(platform, id, 'ready')
  await platform.instances.stop({ id })
  await platform.instances.start({ id })
  await until(platform, id, 'ready')
  expect((await textOf(platform, id)).match(/greeting: from-the-caller/g)).toHaveLength(2)
  for (const name of await readdir(home.folders.state)) {
    if (!name.startsWith('platform.db')) continue
    expect((await readFile(join(home.folders.state, name))).includes('from-the-caller')).toBe(false)
  }
})

test('a value that no environment can hold is refused, and the error shows its name only', async () => {
  const app = await importApp(platform)
  const refused = platform.instances.run({ appId: app.id, env: { TOKEN: 'hunter22\0' } })
  await expect(refused).rejects.toMatchObject({ code: 'INVALID', message: expect.stringContaining('TOKEN') })
  await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('hunter22') })
  expect(await platform.instances.list({})).toEqual([])
})

test.each(['Q8S_TOKEN', 'q8s_x', 'A B', '', '1X'])('an environment name %j is refused', async name => {
  const app = await importApp(platform)
  const running = platform.instances.run({ appId: app.id, env: { [name]: 'x' } })
  await expect(running).rejects.toMatchObject({ code: 'INVALID' })
})

test('an ephemeral instance uses the port of the guide, and its app and bundle are removed with it', async () => {
  const app = await importApp(platform, {}, { ephemeral: true })
  const begun = await platform.instances.run({ appId: app.id, ephemeral: true })
  expect(portOf(begun) === 55_555 || begun.notices.join().includes('Port 55555 is taken')).toBe(true)
  await platform.instances.stop({ id: begun.id })
  await platform.instances.remove({ id: begun.id })
  expect(await platform.apps.list({ ephemeral: true })).toEqual([])
  expect(await readdir(join(home.folders.state, 'bundles'))).toEqual([])
})

test('a volume is kept over restarts and removed with the instance', async () => {
  const app = await importApp(platform, { runtime: 'VolumeMount = "/data"\nVolumeSize = "1Gi"' })
  const { id } = await platform.instances.run({ appId: app.id })
  await until(platform, id, 'ready')
  await platform.instances.stop({ id })
  await platform.instances.start({ id })
  const [first, second] = engine.started.map(spec => spec.volumeFolder)
  expect(first).toBe(second)
  expect(existsSync(first ?? '')).toBe(true)
  await platform.instances.stop({ id })
  await platform.instances.remove({ id })
  expect(existsSync(first ?? '')).toBe(false)
})

test('the engine gets the limits of the manifest in bytes', async () => {
  const app = await importApp(platform, { runtime: 'MemoryLimit = "500Mi"\nMemoryReservation = "0.4Gi"' })
  const { id } = await platform.instances.run({ appId: app.id })
  expect(engine.started[0]).toMatchObject({ memoryLimit: 500 * 2 ** 20, memoryReservation: 429_496_730 })
  expect(await platform.instances.get({ id })).toMatchObject({ memory: { limit: 500 * 2 ** 20 } })
})

test('a clock that is set back changes neither order nor cursors', async () => {
  let time = Date.parse('2026-05-05T05:05:05Z')
  const now = () => {
    time -= 3_600_000
    return new Date(time)
  }
  const backwards = await home.open({ now })
  const versions = ['0.1.0', '0.2.0', '0.3.0']
  for (const version of versions) await importApp(backwards, { version })
  expect((await backwards.apps.list({})).map(app => app.version)).toEqual(versions.toReversed())
})

test('an instance that is read while it starts does not count as ended once it runs', async () => {
  let go = () => {}
  const seen = new Promise<void>(resolve => {
    go = resolve
  })
  const slow = {
    ...engine,
    start: async (spec: Parameters<FakeEngine['start']>[0]) => {
      await seen
      await engine.start(spec)
    }
  }
  const starter = await home.open({ engines: [slow] })
  const app = await importApp(starter)
  // Another host watches: its last reading is older than the start.
  const changes = await platform.instances.watch({})
  await changes.next()
  const run = starter.instances.run({ appId: app.id })
  const { value } = await changes.next()
  expect(value).toMatchObject({ changed: [{ state: 'starting', phase: 'waiting' }] })
  expect(engine.calls.status).toBeGreaterThan(0)
  go()
  await run
  for (let last = 'starting'; last !== 'ready'; ) {
    const { value, done } = await changes.next()
    if (done) throw new Error('the watch ended')
    last = value.changed.at(-1)?.state ?? last
    expect(last).toMatch(/starting|ready/)
  }
  await changes.return?.()
})

test('a bounded number of events is kept for an instance, and they are removed with it', async () => {
  const { id } = await runReady()
  for (let number = 0; number < KEPT_EVENTS; number++) {
    await platform.instances.update({ id, visibility: number % 2 === 0 ? 'ALL_USERS' : 'PRIVATE' })
  }
  const events = await platform.instances.events({ id })
  expect(events).toHaveLength(KEPT_EVENTS)
  expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['visibility']))
  await platform.instances.stop({ id })
  await platform.instances.remove({ id })
  const store = await openStore(join(home.folders.state, 'platform.db'), localSchema)
  expect(store.all('SELECT * FROM instance_events')).toEqual([])
  store.close()
})
