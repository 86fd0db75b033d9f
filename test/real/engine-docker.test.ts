/** The Docker engine: what all engines do alike, and what only it does. */
import { randomUUID } from 'node:crypto'
import { chown, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
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

  test('gives a container as little as it needs', async () => {
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

  // Only root can give files away to a user to try.
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
      await mkdir(join(cacheFolder, 'container-envs'), { recursive: true })
      for (const path of [spec.runFolder, volumeFolder, join(cacheFolder, 'container-envs')]) {
        await chown(path, user, user)
      }
      vi.spyOn(process, 'getuid').mockReturnValue(user)
      vi.spyOn(process, 'getgid').mockReturnValue(user)
      await createDockerEngine({ cacheFolder })
        .start(spec)
        .finally(() => vi.restoreAllMocks())
      await untilPhase(spec, ['ready'])
      expect(await ask(spec, '/count?folder=/data')).toBe(1)
      expect((await stat(join(volumeFolder, 'count'))).uid).toBe(user)
      expect((await stat(join(spec.runFolder, 'state.json'))).uid).toBe(user)
      await engine.remove(spec.instanceId, spec.runFolder)
    }
  )

  test('lists the containers of its own home only', async () => {
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

  test('an engine that goes away while a container is created leaves nothing it does not find again', async () => {
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

  test('an engine that goes away while a container starts: what runs is found again', async () => {
    const proxy = await proxyTo()
    const through = engineThrough(proxy)
    const spec = await bench.spec(bundle)
    proxy.cutAfter(/POST .*\/start/)
    await expect(through.start(spec)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    proxy.mend()
    expect(await through.list(bench.root)).toEqual([spec.instanceId])
    await untilPhase(spec, ['ready'])
    expect(await ask(spec)).toBe('hello from the app')
    await expect(through.start({ ...spec, port: await freePort() })).rejects.toMatchObject({
      code: 'CONFLICT'
    })
    await through.stop(spec.instanceId, spec.runFolder, 10)
    expect(await through.status(spec.instanceId, spec.runFolder)).toMatchObject({ kind: 'exited' })
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
