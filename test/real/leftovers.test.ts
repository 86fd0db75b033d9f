/**
 * What old runs leave with real engines: environments, by the launcher's own locks; containers and images, by our
 * labels.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openDocker } from '#adapters/engine-docker/asking.ts'
import { homeOf, LABELS } from '#adapters/engine-docker/container.ts'
import { environmentsFolder, readNotes } from '#adapters/engine-docker/environments.ts'
import { buildImage } from '#adapters/engine-docker/image-build.ts'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { dockerPlace } from '#adapters/engine-docker/leftovers.ts'
import { buildRuntimeImage, runtimeImage } from '#adapters/engine-docker/runtime-image.ts'
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

environments({
  kind: 'process',
  skipped: undefined,
  create: cacheFolder => createProcessEngine({ cacheFolder }),
  placeOf: cacheFolder =>
    environmentsPlace({
      name: 'environments',
      folder: join(cacheFolder, 'envs'),
      python: () => pythonOfHome(cacheFolder)
    }),
  async keys(cacheFolder) {
    return (await readdir(join(cacheFolder, 'envs'))).filter(it => /^[0-9a-f]{32}$/.test(it))
  },
  marker: (cacheFolder, key) => join(cacheFolder, 'envs', key, '.q8s-complete')
})
environments({
  kind: 'docker',
  skipped: withoutDocker,
  create: cacheFolder => createDockerEngine({ cacheFolder }),
  placeOf: environmentsOfDocker,
  async keys(cacheFolder) {
    // An environment is noted when it is listed.
    await environmentsOfDocker(cacheFolder).list()
    return (await readNotes(environmentsFolder(cacheFolder))).map(({ key }) => key)
  },
  marker: (cacheFolder, key) => join(environmentsFolder(cacheFolder), `${key}.json`)
})

/** Lists only the environments that Docker holds, by their keys. */
function environmentsOfDocker(cacheFolder: string): LeftoverPlace {
  const place = dockerPlace({ cacheFolder, recorded: async () => new Set(), isUsed: async () => true })
  const before = 'environment-'
  return {
    name: place.name,
    async list() {
      const all = (await place.list()).filter(({ kind }) => kind === 'environment')
      return all.map(it => ({ ...it, id: it.id.replace(before, '') }))
    },
    remove: id => place.remove(`${before}${id}`)
  }
}

/** Folders that removals left of environments. */
async function foldersIn(cacheFolder: string): Promise<readonly string[]> {
  const all = await readdir(cacheFolder, { recursive: true })
  return all.filter(name => /(^|[/\\])[.]?[0-9a-f]{32}(\.[0-9a-f]{16})?(\.gone)?$/.test(name))
}

interface Environments {
  readonly kind: Engine['kind']
  readonly skipped: string | undefined
  create(cacheFolder: string): Engine
  placeOf(cacheFolder: string): LeftoverPlace
  /** The keys of complete environments. */
  keys(cacheFolder: string): Promise<readonly string[]>
  /** The file whose time says when the environment was last used. */
  marker(cacheFolder: string, key: string): string
}

function environments({ kind, skipped, create, placeOf, keys, marker }: Environments) {
  describe.skipIf(skipped)(
    `environments of the ${kind} engine${skipped ? ` (skipped: ${skipped})` : ''}`,
    () => {
      let bench: Workbench
      let engine: Engine
      let place: LeftoverPlace
      let spec: RunSpec

      beforeAll(async () => {
        bench = await createWorkbench(`left-${kind}`)
        engine = create(bench.cacheFolder)
        place = placeOf(bench.cacheFolder)
        spec = await bench.spec(await bench.bundle({ 'q-app.toml': manifestText('web'), 'web.py': WEB_APP }))
      })
      afterEach(() => engine.remove(spec.instanceId, spec.runFolder))
      afterAll(() => bench.remove())

      const names = () => keys(bench.cacheFolder)

      /** Starts it again, or for the first time. */
      async function start() {
        await engine.remove(spec.instanceId, spec.runFolder)
        await engine.start(spec)
      }

      /** Sets its last use to weeks ago. */
      async function age(key: string) {
        const then = new Date(Date.now() - 20 * 24 * 3_600_000)
        await utimes(marker(bench.cacheFolder, key), then, then)
      }

      /** The number of known environments: a finished one is noted when the host lists after its builder has ended. */
      const noted = async () => {
        await place.list()
        return (await names()).length
      }

      test('one that a running instance uses is not listed and stays; once stopped, it can go', async () => {
        expect(await place.list()).toEqual([])
        await start()
        await untilPhase(spec, ['ready'])
        await expect.poll(noted, { timeout: 20_000 }).toBe(1)
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
        expect(await foldersIn(bench.cacheFolder)).toEqual([])
      })

      // In Docker a container marks its environment as used before it starts, so there is no time in between.
      if (kind === 'process')
        test('one that was used a moment ago stays, even if its lock is free', async () => {
          await start()
          await untilPhase(spec, ['ready'])
          await engine.stop(spec.instanceId, spec.runFolder, 5)
          await untilEnded(engine, spec)
          const [key = ''] = await names()
          await expect(place.remove(key)).rejects.toMatchObject({ code: 'CONFLICT' })
        })

      test('an instance that starts while its environment is being removed still becomes ready', async () => {
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
          await expect.poll(noted, { timeout: 20_000 }).toBe(1)
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

    test('a stopped container goes when its instance has no record, and only from its own home', async () => {
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

    test('the environments folder of earlier versions goes, unless one of their apps runs', async () => {
      const earlier = join(bench.cacheFolder, 'container-envs')
      const precious = join(bench.root, 'precious')
      await mkdir(join(earlier, 'a'.repeat(32)), { recursive: true })
      await mkdir(precious)
      await symlink(precious, join(earlier, 'a'.repeat(32), '.q8s-complete'))
      const { docker } = await openDocker()
      const container = await docker.createContainer({
        Image: await runtimeImage(),
        Entrypoint: ['sleep', '600'],
        Labels: { [LABELS.home]: homeOf(bench.cacheFolder), [LABELS.instance]: randomUUID() }
      })
      const place = environmentsOfDocker(bench.cacheFolder)
      const told = async () => (await place.list()).filter(({ id }) => id === 'earlier')
      await container.start()
      expect(await told()).toEqual([])
      await expect(place.remove('earlier')).rejects.toMatchObject({ code: 'CONFLICT' })
      await container.remove({ force: true })
      expect(await told()).toMatchObject([{ title: 'Environments of an earlier version', proposed: true }])
      await place.remove('earlier')
      expect(await told()).toEqual([])
      expect(await readdir(bench.root)).toContain('precious')
    })

    /** An image of an earlier launcher, or of another owner. */
    async function image(tag: string, labels: Readonly<Record<string, string>>): Promise<string> {
      images.push(tag)
      const dockerfile = Buffer.from(`FROM ${dockerBase()}\nRUN echo ${randomUUID()} > /mark\n`)
      return buildImage(await openDocker(), {
        context: await tar([{ name: 'Dockerfile', content: dockerfile }]),
        ...{ tags: [tag], labels, args: {}, extraHosts: false, onLine: () => undefined }
      })
    }

    test('unused runtime images of other versions go; no image of another owner is listed', async () => {
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

    test('a missing engine is reported, unless it was never used', async () => {
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
