/** Docker with a kernel that is not this computer's (Docker Desktop): environments are in volumes, one for each. */
import { chmod } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type DockerClient, openDocker } from '#adapters/engine-docker/asking.ts'
import { containerName, homeOf, LABELS } from '#adapters/engine-docker/container.ts'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { dockerPlace } from '#adapters/engine-docker/leftovers.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import type { Engine } from '#core/ports.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'
import { ask, createWorkbench, manifestText, untilPhase, WEB_APP, type Workbench } from './engine-support.ts'

// The test machine has no such Docker: all but this one trait is real.
vi.mock('#adapters/engine-docker/traits.ts', () => ({
  readTraits: async () => ({ rootless: false, mapsUsers: false, selinux: false, native: false })
}))

const skipped = await dockerProblem()
if (!skipped) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })

describe.skipIf(skipped)(`environments in volumes${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let bench: Workbench
  let engine: Engine
  let docker: DockerClient

  beforeAll(async () => {
    bench = await createWorkbench('volumes')
    engine = createDockerEngine({ cacheFolder: bench.cacheFolder })
    docker = (await openDocker()).docker
  })
  afterAll(async () => {
    for (const id of await engine.list(bench.root)) await engine.remove(id, '')
    for (const { Name } of await volumes()) await docker.getVolume(Name).remove()
    await bench.remove()
  })

  const volumes = async () => {
    const label = [`${LABELS.home}=${homeOf(bench.cacheFolder)}`]
    return (await docker.listVolumes({ filters: { label } })).Volumes
  }

  test('one is built for any user, reused read-only, listed when it is free, and removed', async () => {
    const spec = await bench.spec(
      await bench.bundle({ 'q-app.toml': manifestText('web'), 'web.py': WEB_APP })
    )
    const place = dockerPlace({
      cacheFolder: bench.cacheFolder,
      recorded: async () => new Set<string>(),
      isUsed: async () => true
    })
    const environments = async () => (await place.list()).filter(({ kind }) => kind === 'environment')
    // A user who is not root in the container, as on a Mac.
    await chmod(spec.runFolder, 0o777)
    const user = vi.spyOn(process, 'getuid').mockReturnValue(12_345)
    await engine.start(spec).finally(() => user.mockRestore())
    await untilPhase(spec, ['ready'])
    expect(await ask(spec)).toBe('hello from the app')
    const { Mounts } = await docker
      .getContainer(containerName(homeOf(bench.cacheFolder), spec.instanceId))
      .inspect()
    expect(Mounts.filter(({ Type }) => Type === 'volume')).toMatchObject([
      { Destination: '/resources-cache', RW: false }
    ])
    expect(await environments()).toEqual([])
    await engine.remove(spec.instanceId, spec.runFolder)
    expect(await volumes()).toHaveLength(1)
    const [found] = await environments()
    expect(found?.title).toMatch(/^Python 3\.\d+\.\d+ with/)
    await place.remove(found?.id ?? '')
    expect(await volumes()).toEqual([])
    expect(await environments()).toEqual([])
  })
})
