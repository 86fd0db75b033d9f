/** What the local platform keeps on disk: its versions, damage to it, and clean-up. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createBundleFiles } from '#adapters/platform-local/bundles.ts'
import { createObserver } from '#adapters/platform-local/instances/observe.ts'
import { scheduleSweep, sweep } from '#adapters/platform-local/sweep.ts'
import { openStore } from '#adapters/store/database.ts'
import { localSchema } from '#adapters/store/schema.ts'
import { until } from '../platform/support.ts'
import { importApp, makeBundle, upload } from '../platform-bundles.ts'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'
import { contextIn, createLocalHome, type LocalHome, type TestOptions } from './local-home.ts'

let engine: FakeEngine
let home: LocalHome

beforeEach(async () => {
  engine = createFakeEngine()
  home = await createLocalHome({ engines: [engine] })
})
afterEach(() => home.remove())

const database = () => join(home.folders.state, 'platform.db')
const bundleNames = () => readdir(join(home.folders.state, 'bundles'))

describe('the state folder', () => {
  test('is not created before it is needed', async () => {
    await home.open()
    expect(existsSync(home.folders.state)).toBe(false)
  })

  test('of a newer version is refused, and not changed', async () => {
    const newer = { migrations: [...localSchema.migrations, 'CREATE TABLE later (x TEXT) STRICT'] }
    const store = await openStore(database(), newer)
    store.run(`INSERT INTO later (x) VALUES ('kept')`)
    store.close()
    const before = await readFile(database())
    const platform = await home.open()
    for (const call of [platform.apps.list, platform.secrets.list]) {
      await expect(call({})).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringContaining('newer version of q8s'),
        hint: expect.stringContaining('Update q8s')
      })
    }
    expect(await readFile(database())).toEqual(before)
    expect((await readdir(home.folders.state)).filter(name => !name.startsWith('platform.db'))).toEqual([])
  })

  test('of an older version is upgraded once, by the first process that opens it', async () => {
    const older = { migrations: ['CREATE TABLE old (x TEXT) STRICT'] }
    ;(await openStore(database(), older)).close()
    const newer = { migrations: [...older.migrations, 'ALTER TABLE old ADD COLUMN y TEXT'] }
    const stores = await Promise.all(Array.from({ length: 8 }, () => openStore(database(), newer)))
    for (const store of stores) {
      store.run('INSERT INTO old (x, y) VALUES (1, 2)')
      store.close()
    }
  })

  test('a migration that fails changes nothing', async () => {
    const good = { migrations: ['CREATE TABLE a (x TEXT) STRICT'] }
    ;(await openStore(database(), good)).close()
    const bad = {
      migrations: [...good.migrations, 'CREATE TABLE b (x TEXT) STRICT; CREATE TABLE a (x TEXT)']
    }
    await expect(openStore(database(), bad)).rejects.toThrow()
    const store = await openStore(database(), good)
    expect(store.all(`SELECT name FROM sqlite_master WHERE name = 'b'`)).toEqual([])
    store.close()
  })

  test('is reported as damaged when it is', async () => {
    await mkdir(home.folders.state, { recursive: true })
    await writeFile(database(), 'no database '.repeat(1000))
    const platform = await home.open()
    await expect(platform.apps.list({})).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('damaged')
    })
    expect(await readFile(database(), 'utf8')).toContain('no database')
  })

  test('is reported as a file when it is one', async () => {
    await writeFile(home.folders.state, '')
    const platform = await home.open()
    await expect(platform.apps.list({})).rejects.toMatchObject({
      code: expect.stringMatching(/INVALID|FORBIDDEN/)
    })
  })

  test('opens after a temporary error', async () => {
    await writeFile(home.folders.state, '')
    const platform = await home.open()
    await expect(platform.apps.list({})).rejects.toThrow()
    const { rm } = await import('node:fs/promises')
    await rm(home.folders.state)
    expect(await platform.apps.list({})).toEqual([])
  })
})

describe('bundles', () => {
  test('are stored once for all apps made from them, until the last app is removed', async () => {
    const platform = await home.open()
    const first = await importApp(platform)
    const second = await importApp(platform, {}, { version: '0.1.0-20260102030405' })
    expect(await bundleNames()).toEqual([`${first.bundle.sha256}.qz`])
    await platform.apps.remove({ id: first.id })
    expect(await bundleNames()).toHaveLength(1)
    await platform.apps.remove({ id: second.id })
    expect(await bundleNames()).toEqual([])
  })

  test('that were changed on disk are not imported', async () => {
    const platform = await home.open()
    const bundle = await makeBundle()
    await upload(platform, bundle)
    const file = join(home.folders.state, 'bundles', `${bundle.sha256}.qz`)
    const other = await makeBundle({ version: '0.9.0' })
    await writeFile(file, other.bytes)
    await expect(platform.apps.import({ sha256: bundle.sha256 })).rejects.toMatchObject({ code: 'INVALID' })
    expect(await platform.apps.list({})).toEqual([])
  })

  test('a complete upload whose process was killed is finished by the next one', async () => {
    const bundle = await makeBundle()
    await mkdir(join(home.folders.state, 'uploads'), { recursive: true })
    await writeFile(join(home.folders.state, 'uploads', `${bundle.sha256}.part`), bundle.bytes)
    const platform = await home.open()
    expect(await platform.uploads.status(bundle)).toEqual({ offset: bundle.size })
    expect(await platform.apps.import({ sha256: bundle.sha256 })).toMatchObject({ name: 'ai.q8s.test.hello' })
  })
})

describe('the sweep', () => {
  function parts(options: Partial<TestOptions> = {}) {
    const context = contextIn(home, [engine], options)
    return { context, bundles: createBundleFiles(context), observer: createObserver(context) }
  }

  async function sweepNow(): Promise<void> {
    const { context, bundles, observer } = parts()
    await sweep(context, bundles, observer)
    await context.close()
  }

  async function makeOld(path: string, days: number): Promise<void> {
    const then = Date.now() / 1000 - days * 86_400
    await utimes(path, then, then)
  }

  test('removes old bundles that were never imported, and keeps the others', async () => {
    const platform = await home.open()
    const used = await importApp(platform)
    const [fresh, old] = [await makeBundle({ version: '0.2.0' }), await makeBundle({ version: '0.3.0' })]
    for (const bundle of [fresh, old]) await upload(platform, bundle)
    const path = (sha256: string) => join(home.folders.state, 'bundles', `${sha256}.qz`)
    for (const sha256 of [used.bundle.sha256, old.sha256]) await makeOld(path(sha256), 3)
    await sweepNow()
    expect((await bundleNames()).sort()).toEqual([`${used.bundle.sha256}.qz`, `${fresh.sha256}.qz`].sort())
  })

  test('removes abandoned uploads', async () => {
    const uploads = join(home.folders.state, 'uploads')
    await mkdir(uploads, { recursive: true })
    await writeFile(join(uploads, 'old.part'), 'x')
    await writeFile(join(uploads, 'fresh.part'), 'x')
    await makeOld(join(uploads, 'old.part'), 30)
    await sweepNow()
    expect(await readdir(uploads)).toEqual(['fresh.part'])
  })

  test('waits for a state that is not in use yet', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const old = join(home.folders.state, 'uploads', 'old.part')
    await mkdir(join(home.folders.state, 'uploads'), { recursive: true })
    await writeFile(old, 'x')
    await makeOld(old, 30)
    const { context, bundles, observer } = parts()
    const sweeping = scheduleSweep(context, bundles, observer, async () => undefined)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(existsSync(old)).toBe(true)
    await context.store()
    await vi.advanceTimersByTimeAsync(3_000)
    await vi.waitFor(() => expect(existsSync(old)).toBe(false))
    await sweeping.stop()
    await context.close()
  })

  test('ends what runs without a record, but keeps its files: the record may have been lost', async () => {
    const platform = await home.open()
    const app = await importApp(platform)
    const { id } = await platform.instances.run({ appId: app.id })
    await until(platform, id, 'ready')
    const store = await openStore(database(), localSchema)
    store.run('DELETE FROM instances WHERE id = ?', id)
    store.close()
    expect(await engine.list('')).toEqual([id])
    await sweepNow()
    expect(await engine.list('')).toEqual([])
    expect(existsSync(join(home.folders.state, 'runs', id))).toBe(true)
  })

  test('goes on when one instance cannot be ended', async () => {
    const platform = await home.open()
    const app = await importApp(platform)
    const ids: string[] = []
    for (let count = 0; count < 2; count++) {
      const { id } = await platform.instances.run({ appId: app.id })
      await until(platform, id, 'ready')
      ids.push(id)
    }
    const store = await openStore(database(), localSchema)
    store.run(`UPDATE instances SET state = 'failed'`)
    store.close()
    const [first = '', second = ''] = await engine.list('')
    const { stop } = engine
    engine.stop = async (id, ...rest) => {
      if (id === first) throw new Error('it does not end')
      return stop(id, ...rest)
    }
    await sweepNow()
    expect(await engine.list('')).toEqual([first])
    expect([first, second].sort()).toEqual(ids.sort())
    engine.stop = stop
    await sweepNow()
    expect(await engine.list('')).toEqual([])
  })

  test('ends with its host, also where an engine hangs', async () => {
    await importApp(await home.open())
    const { context, bundles, observer } = parts()
    const store = await context.store()
    store.run('INSERT INTO leftovers (id, engine) VALUES (?, ?)', randomUUID(), 'process')
    const end = new AbortController()
    engine.remove = (_id, _folder, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
        end.abort()
      })
    await sweep(context, bundles, observer, end.signal)
    expect(store.all('SELECT id FROM leftovers')).toHaveLength(1)
    await context.close()
  })

  test('does not build a path from an invalid ID that an engine lists', async () => {
    await importApp(await home.open())
    const precious = join(home.root, 'precious')
    await mkdir(precious)
    const { context, bundles, observer } = parts()
    engine.list = async () => ['../../precious', '..', '']
    await sweep(context, bundles, observer)
    await context.close()
    expect(existsSync(precious)).toBe(true)
    expect(existsSync(database())).toBe(true)
  })

  test('finishes a removal during which the engine could not be reached', async () => {
    const platform = await home.open()
    const app = await importApp(platform)
    const { id } = await platform.instances.run({ appId: app.id })
    await until(platform, id, 'ready')
    await platform.instances.stop({ id })
    engine.down = true
    await platform.instances.remove({ id })
    const folder = join(home.folders.state, 'runs', id)
    expect((await stat(folder)).isDirectory()).toBe(true)
    await sweepNow()
    expect(existsSync(folder)).toBe(true)
    engine.down = false
    await sweepNow()
    expect(existsSync(folder)).toBe(false)
  })
})
