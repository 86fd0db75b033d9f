/** Choosing another Docker while an app runs: the instances of the previous one are neither lost nor ended. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDocker } from '#adapters/engine-docker/asking.ts'
import { containerName, homeOf } from '#adapters/engine-docker/container.ts'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { findDockers } from '#adapters/engine-docker/known.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import type { Platform } from '#shared/platform.ts'
import { createLocalHome, type LocalHome } from '../adapters/local-home.ts'
import { until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'
import { type SecondDocker, secondDockerProblem, startSecondDocker } from './second-docker.ts'

const skipped = (await dockerProblem()) ?? secondDockerProblem()

describe.skipIf(skipped)(`another Docker${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let second: SecondDocker
  let home: LocalHome
  const nameOf = (id: string) => containerName(homeOf(home.folders.cache), id)
  let platform: Platform
  let chosen = 'auto'

  beforeAll(async () => {
    await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })
    second = await startSecondDocker()
    home = await createLocalHome({ engines: [] })
    const engine = createDockerEngine({ cacheFolder: home.folders.cache, address: async () => chosen })
    platform = await home.open({ engines: [engine], engineChoice: () => 'docker' })
  }, 120_000)
  afterAll(async () => {
    await home.remove()
    await second.close()
  })

  test('says nothing about the instances of the previous one, and ends none of them', async () => {
    const app = await importApp(platform)
    const { id, url } = await platform.instances.run({ appId: app.id })
    await until(platform, id, 'ready')

    chosen = second.address
    const elsewhere = await platform.instances.get({ id })
    expect(elsewhere).toMatchObject({
      state: 'ready',
      engineGone: expect.stringMatching(/^It was started in another Docker, the one at .*docker\.sock\.$/)
    })
    await expect(platform.instances.stop({ id })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('config setup --docker unix:///')
    })
    await expect(platform.instances.remove({ id })).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(platform.shells.open({ id, columns: 80, rows: 24 })).rejects.toMatchObject({
      code: 'UNAVAILABLE'
    })
    expect((await fetch(url)).status).toBe(200)

    chosen = 'auto'
    const back = await platform.instances.get({ id })
    expect(back).toMatchObject({ state: 'ready' })
    expect(back.engineGone).toBeUndefined()

    const { docker } = await openDocker()
    await docker.getContainer(nameOf(id)).remove({ force: true })
    expect(await platform.instances.get({ id })).toMatchObject({ state: 'failed' })
    await platform.instances.remove({ id })
  })

  test('a stop reports that an instance has ended there since, and it can be removed', async () => {
    const app = await importApp(platform, { version: '0.2.0' })
    const { id } = await platform.instances.run({ appId: app.id })
    await until(platform, id, 'ready')
    const { docker } = await openDocker()
    chosen = second.address
    await docker.getContainer(nameOf(id)).kill()
    expect(await platform.instances.get({ id })).toMatchObject({ state: 'ready' })
    expect(await platform.instances.stop({ id })).toMatchObject({
      state: 'stopped',
      reason: { message: expect.stringContaining('another Docker') }
    })
    chosen = 'auto'
    await platform.instances.start({ id })
    await until(platform, id, 'ready')
    await platform.instances.stop({ id })
    await platform.instances.remove({ id })
    expect(await docker.listContainers({ all: true, filters: { name: [nameOf(id)] } })).toEqual([])
  })

  test('is listed with those of this computer, and shows whether it answers', async () => {
    expect(await findDockers(second.address)).toMatchObject([
      { address: 'auto', name: 'Automatic', answers: true, chosen: false },
      { address: second.address, answers: true, message: expect.stringMatching(/^Docker \d/), chosen: true },
      ...(await findDockers('auto')).slice(1).map(({ address }) => ({ address }))
    ])
  })
})
