/** The Docker engine: the tests of all engines, and its own. */
import { randomUUID } from 'node:crypto'
import { chown, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type DockerClient, openDocker } from '#adapters/engine-docker/asking.ts'
import { containerName, homeOf, LABELS } from '#adapters/engine-docker/container.ts'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import type { Engine, RunSpec } from '#core/ports.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'
import { engineSuite } from './engine.suite.ts'
import {
  ask,
  type Bundle,
  createWorkbench,
  freePort,
  manifestText,
  readLog,
  untilPhase,
  WEB_APP,
  type Workbench
} from './engine-support.ts'
import { cuttableProxy, type SocketProxy } from './socket-proxy.ts'

const skipped = await dockerProblem()

if (!skipped) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })

async function containersOf({ instanceId }: RunSpec) {
  const { docker } = await openDocker()
  const filters = { label: [`${LABELS.instance}=${instanceId}`] }
  return docker.listContainers({ all: true, filters })
}

engineSuite({
  kind: 'docker',
  skipped,
  create: (cacheFolder, env) => createDockerEngine({ cacheFolder, ...(env ? { env } : {}) }),
  async leftovers(spec) {
    return (await containersOf(spec)).map(({ Id, State }) => `${Id} ${State}`)
  },
  async killLauncher(spec) {
    const { docker } = await openDocker()
    const [container] = await containersOf(spec)
    await docker.getContainer(container?.Id ?? '').kill()
  },
  placesInApp: () => ({ appRoot: '/app', environment: '/resources' }),
  volumeInApp: spec => spec.manifest.volumeMount ?? ''
})

/** A package whose build never ends. */
const ENDLESS = {
  'requirements.txt': './endless\n',
  'endless/pyproject.toml':
    '[build-system]\nrequires = []\nbuild-backend = "slow"\nbackend-path = ["."]\n[project]\nname = "endless"\nversion = "1.0"\n',
  'endless/slow.py': 'import time\n\ndef build_wheel(*arguments, **named):\n    time.sleep(3600)\n'
}

describe.skipIf(skipped)(`docker engine only${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let bench: Workbench
  let engine: Engine
  let bundle: Bundle
  let docker: DockerClient
  const proxies: SocketProxy[] = []

  beforeAll(async () => {
    bench = await createWorkbench('engine-docker-only')
    engine = createDockerEngine({ cacheFolder: bench.cacheFolder })
    bundle = await bench.bundle({ 'q-app.toml': manifestText('web'), 'web.py': WEB_APP })
    docker = (await openDocker()).docker
  })
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.close()
    for (const id of await engine.list(bench.root)) await engine.remove(id, '')
  })
  afterAll(() => bench.remove())

  const nameOf = ({ instanceId }: RunSpec) => containerName(homeOf(bench.cacheFolder), instanceId)
  const containerOf = (spec: RunSpec) => docker.getContainer(nameOf(spec))

  async function proxyTo(): Promise<SocketProxy> {
    const { endpoint } = await openDocker()
    const proxy = await cuttableProxy(
      join(bench.root, `${randomUUID().slice(0, 8)}.sock`),
      endpoint.url.replace(/^\w+:\/\//, '')
    )
    proxies.push(proxy)
    return proxy
  }

  const engineThrough = (proxy: SocketProxy) =>
    createDockerEngine({
      cacheFolder: bench.cacheFolder,
      env: { ...process.env, DOCKER_HOST: `unix://${proxy.path}` }
    })

  test('gives a container only what it needs', async () => {
    const spec = await bench.spec(bundle, { memoryLimit: 256 << 20, memoryReservation: 512 << 20 })
    await engine.start(spec)
    const { Config, HostConfig } = await containerOf(spec).inspect()
    expect(HostConfig).toMatchObject({
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: expect.arrayContaining(['no-new-privileges']),
      Memory: 256 << 20,
      MemorySwap: 256 << 20,
      MemoryReservation: 256 << 20,
      PortBindings: { '55555/tcp': [{ HostIp: '127.0.0.1', HostPort: String(spec.port) }] }
    })
    expect(HostConfig.PidsLimit).toBeGreaterThan(0)
    expect(Config.User).toBe(`${process.getuid?.()}:${process.getgid?.()}`)
    expect(Config.Labels).toMatchObject({
      [LABELS.instance]: spec.instanceId,
      [LABELS.app]: 'ai.q8s.test.web',
      [LABELS.version]: '0.0.1'
    })
  })

  // Only root can give files to another user.
  test.runIf(process.getuid?.() === 0)(
    'runs as the user of this computer, who then owns all files',
    async () => {
      const user = 12_345
      const volumeFolder = join(bench.root, 'volume')
      await mkdir(volumeFolder)
      const spec = await bench.spec(bundle, {
        volumeFolder,
        manifest: { name: 'a', version: '1.0.0', module: 'web', volumeMount: '/data' }
      })
      const cacheFolder = join(bench.root, 'user-cache')
      for (const path of [spec.runFolder, volumeFolder]) await chown(path, user, user)
      // This process makes files as root: let that user write to them.
      const mask = process.umask(0)
      vi.spyOn(process, 'getuid').mockReturnValue(user)
      vi.spyOn(process, 'getgid').mockReturnValue(user)
      const own = createDockerEngine({ cacheFolder })
      await own
        .start(spec)
        .finally(() => vi.restoreAllMocks())
        .finally(() => process.umask(mask))
      await untilPhase(spec, ['ready'])
      expect(await ask(spec, '/count?folder=/data')).toBe(1)
      expect((await stat(join(volumeFolder, 'count'))).uid).toBe(user)
      expect((await stat(join(spec.runFolder, 'state.json'))).uid).toBe(user)
      await own.remove(spec.instanceId, spec.runFolder)
    }
  )

  test('lists only the containers of its own home', async () => {
    const spec = await bench.spec(bundle)
    await engine.start(spec)
    expect(await engine.list(bench.root)).toEqual([spec.instanceId])
    expect(await createDockerEngine({ cacheFolder: `${bench.cacheFolder}-other` }).list(bench.root)).toEqual(
      []
    )
  })

  test('a container that a killed host created and never started is replaced', async () => {
    const spec = await bench.spec(bundle)
    const { Id } = await docker.getImage('q8s-runtime:latest').inspect()
    await docker.createContainer({
      name: nameOf(spec),
      Image: Id,
      // No process has this ID: it is above every limit of process IDs.
      Labels: { [LABELS.instance]: spec.instanceId, [LABELS.starter]: '999999999' }
    })
    expect(await engine.status(spec.instanceId, spec.runFolder)).toEqual({ kind: 'absent' })
    await engine.start(spec)
    await untilPhase(spec, ['ready'])
  })

  test('an engine that goes away while a container is created leaves only what it finds again', async () => {
    const proxy = await proxyTo()
    const through = engineThrough(proxy)
    const spec = await bench.spec(bundle)
    proxy.cutAfter(/POST .*\/containers\/create/)
    await expect(through.start(spec)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(through.status(spec.instanceId, spec.runFolder)).rejects.toMatchObject({
      code: 'UNAVAILABLE'
    })
    await expect(through.stop(spec.instanceId, spec.runFolder, 1)).rejects.toMatchObject({
      code: 'UNAVAILABLE'
    })
    await expect(through.list(bench.root)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await through.check()).toMatchObject({ available: false })
    proxy.mend()
    await through.remove(spec.instanceId, spec.runFolder)
    await through.start(spec)
    await untilPhase(spec, ['ready'])
  })

  test('an engine that goes away while a container starts: the running container is found again', async () => {
    const proxy = await proxyTo()
    const through = engineThrough(proxy)
    const spec = await bench.spec(bundle)
    proxy.cutAfter(/POST .*\/start/)
    await expect(through.start(spec)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    proxy.mend()
    // A connection that was cut while idle may not be known as broken yet.
    await vi.waitFor(async () => expect(await through.list(bench.root)).toEqual([spec.instanceId]))
    await untilPhase(spec, ['ready'])
    expect(await ask(spec)).toBe('hello from the app')
    await expect(through.start({ ...spec, port: await freePort() })).rejects.toMatchObject({
      code: 'CONFLICT'
    })
    await through.stop(spec.instanceId, spec.runFolder, 10)
    expect(await through.status(spec.instanceId, spec.runFolder)).toMatchObject({ kind: 'exited' })
  })

  /** Containers of this home that build environments, or find out which one is needed. */
  const helpers = () => {
    const label = [`${LABELS.home}=${homeOf(bench.cacheFolder)}`, LABELS.role]
    return docker.listContainers({ all: true, filters: { label } })
  }

  test('a builder works for all that wait for it, and ends with the last of them', async () => {
    const endless = await bench.bundle({ ...ENDLESS, 'q-app.toml': manifestText('web'), 'web.py': WEB_APP })
    const [first, second] = [await bench.spec(endless), await bench.spec(endless)]
    await Promise.all([engine.start(first), engine.start(second)])
    for (const spec of [first, second]) {
      await untilPhase(spec, ['installing'])
      // The log of each has its output.
      await vi.waitFor(async () => expect(await readLog(spec)).toContain('Building'), 60_000)
      expect(await fetch(`http://127.0.0.1:${spec.port}/`)).toMatchObject({ status: 503 })
    }
    expect(await helpers()).toMatchObject([{ State: 'running' }])
    await engine.stop(first.instanceId, first.runFolder, 5)
    expect(await helpers()).toMatchObject([{ State: 'running' }])
    await engine.stop(second.instanceId, second.runFolder, 5)
    expect(await helpers()).toEqual([])
    expect(await untilPhase(second, ['ended'])).toMatchObject({ exit: { code: 'stopped-by-user' } })
  })

  test('a builder that a killed host left behind is ended when instances are listed', async () => {
    const endless = await bench.bundle({ ...ENDLESS, 'q-app.toml': manifestText('web'), 'web.py': WEB_APP })
    const spec = await bench.spec(endless)
    await engine.start(spec)
    expect(await helpers()).toMatchObject([{ State: 'running' }])
    await containerOf(spec).remove({ force: true })
    expect(await engine.list(bench.root)).toEqual([])
    expect(await helpers()).toEqual([])
  })

  test('another version with the same requirements starts at once, in the same environment', async () => {
    const version = (code: string) =>
      bench.bundle({
        'q-app.toml': manifestText('web'),
        'requirements.txt': '# none\n',
        'web.py': WEB_APP + code
      })
    const first = await bench.spec(await version('# first'))
    await engine.start(first)
    await untilPhase(first, ['ready'])
    // The app may be ready before its builder has ended.
    await vi.waitFor(
      async () => expect(await helpers()).not.toContainEqual(expect.objectContaining({ State: 'running' })),
      60_000
    )
    // To the millisecond, because the first start may have made its containers in the same second.
    const since = (Date.now() / 1000).toFixed(3)
    const second = await bench.spec(await version('# second'))
    await engine.start(second)
    await untilPhase(second, ['ready'])
    const filters = { event: ['create'], label: [`${LABELS.home}=${homeOf(bench.cacheFolder)}`] }
    const until = Math.ceil(Date.now() / 1000)
    const events = await docker.getEvents({ since, until, filters: JSON.stringify(filters) } as object)
    const made = (await text(events as Readable))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    const names = made
      .map(({ Actor }) => Actor.Attributes.name)
      .filter(name => name !== containerName(homeOf(bench.cacheFolder), first.instanceId))
    expect(names).toEqual([containerName(homeOf(bench.cacheFolder), second.instanceId)])
    const [one, other] = await Promise.all([first, second].map(spec => containerOf(spec).inspect()))
    expect(one?.Config.Labels[LABELS.environment]).toBe(other?.Config.Labels[LABELS.environment])
  })

  test('a manifest the engine refuses is invalid, not a broken engine', async () => {
    const spec = await bench.spec(bundle, {
      volumeFolder: bench.root,
      manifest: { name: 'a', version: '1.0.0', module: 'web', volumeMount: '/run/q8s' }
    })
    await expect(engine.start(spec)).rejects.toMatchObject({ code: 'INVALID' })
    expect(await engine.status(spec.instanceId, spec.runFolder)).toEqual({ kind: 'absent' })
  })
})
