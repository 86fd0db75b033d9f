/** What old runs leave with real engines: environments by the launcher's own locks, containers and images by our labels. */
import { randomUUID } from 'node:crypto'
import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openDocker } from '#adapters/engine-docker/asking.ts'
import { buildImage } from '#adapters/engine-docker/image-build.ts'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { dockerPlace } from '#adapters/engine-docker/leftovers.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import { tar } from '#adapters/engine-docker/tar.ts'
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import { pythonOfHome } from '#adapters/engine-process/python.ts'
import { environmentsPlace } from '#adapters/leftover-environments.ts'
import type { Engine, LeftoverPlace, RunSpec } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'
import {
  ask,
  createWorkbench,
  manifestText,
  untilEnded,
  untilPhase,
  WEB_APP,
  type Workbench
} from './engine-support.ts'

const withoutDocker = await dockerProblem()
if (!withoutDocker) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })
const RACES = 4

environments('process', 'envs', undefined, cacheFolder => createProcessEngine({ cacheFolder }))
// Their environments are in a folder of this computer only where the engine's kernel is this computer's.
const elsewhere = process.platform === 'linux' ? withoutDocker : 'they are in a volume here'
environments('docker', 'container-envs', elsewhere, cacheFolder => createDockerEngine({ cacheFolder }))

function environments(
  kind: Engine['kind'],
  name: string,
  skipped: string | undefined,
  create: (cacheFolder: string) => Engine
) {
  describe.skipIf(skipped)(
    `environments of the ${kind} engine${skipped ? ` (skipped: ${skipped})` : ''}`,
    () => {
      let bench: Workbench
      let engine: Engine
      let place: LeftoverPlace
      let folder: string
      let spec: RunSpec

      beforeAll(async () => {
        bench = await createWorkbench(`left-${kind}`)
        engine = create(bench.cacheFolder)
        folder = join(bench.cacheFolder, name)
        place = environmentsPlace({ name, folder, python: () => pythonOfHome(bench.cacheFolder) })
        spec = await bench.spec(await bench.bundle({ 'q-app.toml': manifestText('web'), 'web.py': WEB_APP }))
      })
      afterEach(() => engine.remove(spec.instanceId, spec.runFolder))
      afterAll(() => bench.remove())

      const names = async () => (await readdir(folder)).filter(it => /^[0-9a-f]{32}$/.test(it))

      /** Starts it anew, or for the first time. */
      async function start() {
        await engine.remove(spec.instanceId, spec.runFolder)
        await engine.start(spec)
      }

      /** As if it had last been used weeks ago. */
      async function age(key: string) {
        const then = new Date(Date.now() - 20 * 24 * 3_600_000)
        await utimes(join(folder, key, '.q8s-complete'), then, then)
      }

      test('one a running instance uses is not told of and stays; stopped, it can go', async () => {
        expect(await place.list()).toEqual([])
        await start()
        await untilPhase(spec, ['ready'])
        const [key = ''] = await names()
        await age(key)
        expect(await place.list()).toEqual([])
        await expect(place.remove(key)).rejects.toMatchObject({ code: 'CONFLICT' })
        expect(await ask(spec)).toBe('hello from the app')

        await engine.stop(spec.instanceId, spec.runFolder, 5)
        await untilEnded(engine, spec)
        const found = await place.list()
        expect(found).toMatchObject([{ id: key, kind: 'environment', proposed: true }])
        expect(found[0]?.title).toMatch(/^Python 3\.\d+\.\d+ with/)
        expect(found[0]?.size).toBeGreaterThan(1000)
        await place.remove(key)
        await place.remove(key)
        expect(await place.list()).toEqual([])
        expect((await readdir(folder)).filter(it => it.includes('gone'))).toEqual([])
      })

      test('one that was used a moment ago stays, whatever its lock says', async () => {
        await start()
        await untilPhase(spec, ['ready'])
        await engine.stop(spec.instanceId, spec.runFolder, 5)
        await untilEnded(engine, spec)
        const [key = ''] = await names()
        await expect(place.remove(key)).rejects.toMatchObject({ code: 'CONFLICT' })
      })

      test('an instance that starts while its environment is being removed gets ready all the same', async () => {
        let refused = 0
        for (let round = 0; round < RACES; round++) {
          for (const key of await names()) await age(key)
          let over = false
          const removing = (async () => {
            while (!over) {
              for (const key of await names()) {
                await place.remove(key).catch(error => {
                  if (!(error instanceof AppError) || error.code !== 'CONFLICT') throw error
                  refused++
                })
              }
            }
          })()
          await start()
          await untilPhase(spec, ['ready'])
          over = true
          await removing
          expect(await ask(spec)).toBe('hello from the app')
          expect(await names()).toHaveLength(1)
          await engine.stop(spec.instanceId, spec.runFolder, 5)
          await untilEnded(engine, spec)
        }
        expect(refused).toBeGreaterThan(0)
      })
    }
  )
}

describe.skipIf(withoutDocker)(
  `what Docker holds${withoutDocker ? ` (skipped: ${withoutDocker})` : ''}`,
  () => {
    let bench: Workbench
    let engine: Engine
    let spec: RunSpec
    const recorded = new Set<string>()
    const images: string[] = []

    beforeAll(async () => {
      bench = await createWorkbench('left-docker')
      engine = createDockerEngine({ cacheFolder: bench.cacheFolder })
      spec = await bench.spec(await bench.bundle({ 'q-app.toml': manifestText('web'), 'web.py': WEB_APP }))
    })
    afterEach(async () => {
      recorded.clear()
      await engine.remove(spec.instanceId, spec.runFolder)
    })
    afterAll(async () => {
      const { docker } = await openDocker()
      for (const name of images)
        await docker
          .getImage(name)
          .remove()
          .catch(() => undefined)
      await bench.remove()
    })

    const placeOf = (cacheFolder: string) =>
      dockerPlace({ cacheFolder, recorded: async () => recorded, isUsed: async () => true })
    const containersOf = async (place: LeftoverPlace) =>
      (await place.list()).filter(({ kind }) => kind === 'container')

    test('a stopped container goes when no record is left of its instance, and only from its own home', async () => {
      const place = placeOf(bench.cacheFolder)
      await engine.start(spec)
      await untilPhase(spec, ['ready'])
      expect(await containersOf(place)).toEqual([])
      await engine.stop(spec.instanceId, spec.runFolder, 5)
      recorded.add(spec.instanceId)
      expect(await containersOf(place)).toEqual([])
      recorded.clear()
      expect(await containersOf(placeOf(join(bench.root, 'other')))).toEqual([])
      const [found] = await containersOf(place)
      expect(found).toMatchObject({ title: 'ai.q8s.test.web 0.0.1', proposed: true })

      recorded.add(spec.instanceId)
      await expect(place.remove(found?.id ?? '')).rejects.toMatchObject({ code: 'CONFLICT' })
      recorded.clear()
      await place.remove(found?.id ?? '')
      expect(await engine.list(bench.root)).toEqual([])
    })

    /** An image of an earlier launcher, or one of somebody's own. */
    async function image(tag: string, labels: Readonly<Record<string, string>>): Promise<string> {
      images.push(tag)
      const dockerfile = Buffer.from(`FROM ${dockerBase()}\nRUN echo ${randomUUID()} > /mark\n`)
      return buildImage(await openDocker(), {
        context: await tar([{ name: 'Dockerfile', content: dockerfile }]),
        ...{ tags: [tag], labels, args: {}, extraHosts: false, onLine: () => undefined }
      })
    }

    test('runtime images of other versions go unless a container has them; no image of anybody else is told of', async () => {
      const place = placeOf(bench.cacheFolder)
      const mark = randomUUID().slice(0, 8)
      const label = { 'ai.q8s.runtime': mark }
      const old = await image(`q8s-runtime:test-${mark}`, label)
      const used = await image(`q8s-runtime:test-${mark}-used`, label)
      const named = await image(`somebody-${mark}:1`, label)
      const foreign = await image(`q8s-runtime:test-${mark}-foreign`, {})
      const { docker } = await openDocker()
      const container = await docker.createContainer({ Image: used, Cmd: ['true'] })
      const told = (await place.list()).filter(({ kind }) => kind === 'image')
      const ours = told.filter(({ id }) => [old, used, named, foreign].some(it => id === `image-${it}`))
      expect(ours).toMatchObject([{ id: `image-${old}`, title: `q8s-runtime:test-${mark}`, proposed: false }])
      expect(ours[0]?.size).toBeGreaterThan(0)

      await expect(place.remove(`image-${used}`)).rejects.toMatchObject({ code: 'CONFLICT' })
      await expect(place.remove(`image-${named}`)).rejects.toMatchObject({ code: 'CONFLICT' })
      await expect(place.remove(`image-${foreign}`)).rejects.toMatchObject({ code: 'CONFLICT' })
      await place.remove(`image-${old}`)
      await place.remove(`image-${old}`)
      await container.remove()
      const left = (await docker.listImages()).map(({ Id }) => Id)
      expect([left.includes(old), left.includes(used), left.includes(foreign)]).toEqual([false, true, true])
    })

    test('an engine that is gone is told of, unless it was never used', async () => {
      const env = { DOCKER_HOST: `unix://${join(bench.root, 'nothing.sock')}` }
      const place = (used: boolean) =>
        dockerPlace({
          ...{ cacheFolder: bench.cacheFolder, env },
          recorded: async () => recorded,
          isUsed: async () => used
        })
      await expect(place(true).list()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
      expect(await place(false).list()).toEqual([])
    })
  }
)
