/** Clean-up of old runs and bundles: lists only what is unused, and checks each item again before it removes it. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bundleCachePlace } from '#core/bundle/leftovers.ts'
import { joinLeftovers } from '#core/clean-up/leftovers.ts'
import type { LeftoverPlace } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { importApp } from '../platform-bundles.ts'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'
import type { OpenHome } from './local-home.ts'
import { createLocalHome, type LocalHome } from './local-home.ts'

const DAY = 24 * 3_600_000
let home: LocalHome
let engine: FakeEngine
let local: OpenHome

beforeEach(async () => {
  engine = createFakeEngine()
  home = await createLocalHome({ engines: [engine] })
  local = await home.openAll()
})
afterEach(() => home.remove())

const state = (...parts: readonly string[]) => join(home.folders.state, ...parts)

/** Writes a file of the given size in bytes, last changed the given number of days ago. */
async function fileOf(path: string, bytes: number, days: number) {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, Buffer.alloc(bytes))
  const then = new Date(Date.now() - days * DAY)
  await utimes(path, then, then)
}

describe('in the state folder', () => {
  test('bundles without an app and broken uploads are listed once they are too old to be in use', async () => {
    const app = await importApp(local.platform, { version: '0.1.0' })
    const [old, fresh, part] = ['a', 'b', 'c'].map(text =>
      createHash('sha256').update(text).digest('hex')
    ) as [string, string, string]
    await fileOf(state('bundles', `${old}.qz`), 700, 2)
    await fileOf(state('bundles', `${fresh}.qz`), 700, 0)
    await fileOf(state('uploads', `${part}.part`), 300, 2)
    await utimes(state('bundles', `${app.bundle.sha256}.qz`), 0, 0)
    expect(await local.leftovers.list()).toMatchObject([
      { id: `bundle-${old}`, kind: 'bundle', size: 700, proposed: true },
      { id: `upload-${part}`, kind: 'upload', size: 300, proposed: true }
    ])
    await local.leftovers.remove(`bundle-${old}`)
    await local.leftovers.remove(`upload-${part}`)
    expect(await local.leftovers.list()).toEqual([])
    const kept = await readdir(state('bundles'))
    expect(kept.sort()).toEqual([`${app.bundle.sha256}.qz`, `${fresh}.qz`].sort())
  })

  test('a bundle that got an app after it was listed stays', async () => {
    const app = await importApp(local.platform, { version: '0.1.0' })
    await utimes(state('bundles', `${app.bundle.sha256}.qz`), 0, 0)
    const removal = local.leftovers.remove(`bundle-${app.bundle.sha256}`)
    await expect(removal).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(existsSync(state('bundles', `${app.bundle.sha256}.qz`))).toBe(true)
  })

  test('folders of instances without a record are listed; those with one stay', async () => {
    const app = await importApp(local.platform, { version: '0.1.0' })
    const { id } = await local.platform.instances.run({ appId: app.id })
    const gone = randomUUID()
    await fileOf(state('runs', gone, 'log', '0.log'), 40, 0)
    await fileOf(state('volumes', gone, 'data'), 50, 0)
    expect(await local.leftovers.list()).toMatchObject([
      { id: `run-${gone}`, size: 40, proposed: true },
      { id: `volume-${gone}`, size: 50, proposed: false }
    ])
    await expect(local.leftovers.remove(`run-${id}`)).rejects.toMatchObject({ code: 'CONFLICT' })
    await local.leftovers.remove(`run-${gone}`)
    expect(existsSync(state('runs', gone))).toBe(false)
    expect(existsSync(state('runs', id))).toBe(true)
    await local.platform.instances.stop({ id })
  })

  test('a folder in which an engine still runs something is left to the sweep', async () => {
    const gone = randomUUID()
    await fileOf(state('runs', gone, 'log', '0.log'), 40, 0)
    engine.list = async () => [gone]
    expect(await local.leftovers.list()).toEqual([])
    await expect(local.leftovers.remove(`run-${gone}`)).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  test.each(['run-../../state', 'bundle-../platform.db', 'run-', 'nothing', 'upload-x'])(
    'no path is made from %s',
    async id => {
      await importApp(local.platform, { version: '0.1.0' })
      await local.leftovers.remove(id)
      expect(await readdir(home.folders.state)).toContain('platform.db')
    }
  )
})

test('the cache of bundles is removed, except what a job is writing', async () => {
  const folders = { temporary: join(home.root, 'bundles'), index: join(home.root, 'index') }
  const place = bundleCachePlace(folders)
  expect(await place.list()).toEqual([])
  const key = '0'.repeat(32)
  await fileOf(join(folders.index, `${key}.bundle.qz`), 900, 0)
  await fileOf(join(folders.index, `${key}.bundle.json`), 100, 0)
  await fileOf(join(folders.index, `.${key}.bundle.json.0123456789ab.tmp`), 10, 0)
  const [young, old] = [randomUUID(), randomUUID()]
  await fileOf(join(folders.temporary, `${young}.qz`), 10, 0)
  await fileOf(join(folders.temporary, `${old}.qz`), 20, 2)
  const found = await place.list()
  expect(found).toMatchObject([
    { id: `${old}.qz`, kind: 'bundle', size: 20, proposed: true },
    { id: 'cache', kind: 'bundle-cache', size: 1000, proposed: false }
  ])
  for (const { id } of found) await place.remove(id)
  expect(await readdir(folders.index)).toEqual([`.${key}.bundle.json.0123456789ab.tmp`])
  expect(await readdir(folders.temporary)).toEqual([`${young}.qz`])
})

describe('all places together', () => {
  const place = (name: string, more: Partial<LeftoverPlace>): LeftoverPlace => ({
    ...{ name, list: async () => [], remove: async () => undefined },
    ...more
  })

  test('a place that cannot be read is reported, and hides no other', async () => {
    const one = {
      id: '1',
      kind: 'run',
      title: 't',
      size: 1,
      usedAt: '2020-10-13T06:28:03Z',
      proposed: true
    } as const
    const asked: string[] = []
    const places = joinLeftovers(
      new Map([
        ['a', place('pictures', { list: () => Promise.reject(new AppError('UNAVAILABLE', 'No answer.')) })],
        ['b', place('runs', { list: async () => [one], remove: async id => void asked.push(id) })]
      ])
    )
    expect(await places.list()).toEqual({
      leftovers: [{ ...one, id: 'b/1' }],
      unknown: ['What pictures take up is not known. No answer.']
    })
    await places.remove('b/1')
    expect(asked).toEqual(['1'])
    await expect(places.remove('constructor/1')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
