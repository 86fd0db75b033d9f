/** Uploads and apps, on any platform. */
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Platform } from '#shared/platform.ts'
import { importApp, makeBundle, upload } from '../platform-bundles.ts'
import { failing, type Users } from './support.ts'

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)

export function testApps(users: Users): void {
  describe('the bundle of an app', () => {
    test('is described, and its files can be read, for every user who sees the app', async () => {
      const files = { 'notes.txt': 'hello', 'data.bin': Buffer.from([0, 1, 2]) }
      const app = await importApp(users.anna, { name: `ai.q8s.test.${randomUUID()}`, files })
      const { sha256, entries, manifest } = await users.anna.apps.contents({ id: app.id })
      expect({ sha256, name: manifest?.App.Name }).toEqual({ sha256: app.bundle.sha256, name: app.name })
      expect(entries).toContainEqual(
        expect.objectContaining({ path: 'notes.txt', size: 5, crc32: 0x3610a686 })
      )
      const text = (file: string) => users.anna.apps.text({ id: app.id, file })
      expect(await text('notes.txt')).toEqual({ size: 5, text: 'hello' })
      expect(await text('data.bin')).toEqual({ size: 3, problem: 'binary' })
      await expect(text('../notes.txt')).rejects.toEqual(failing('NOT_FOUND'))
      await expect(users.ben.apps.contents({ id: app.id })).rejects.toEqual(failing('NOT_FOUND'))
      await expect(users.ben.apps.text({ id: app.id, file: 'notes.txt' })).rejects.toEqual(
        failing('NOT_FOUND')
      )
    })
  })

  describe('watching apps', () => {
    /** The apps a listener knows after each complete change. */
    async function* knownTo(platform: Platform, signal: AbortSignal) {
      const known = new Map<string, string>()
      for await (const { changed, removed, more } of await platform.apps.watch({ all: true }, { signal })) {
        for (const app of changed) known.set(app.id, app.visibility)
        for (const id of removed) known.delete(id)
        if (!more) yield Object.fromEntries(known)
      }
    }

    test('reports all apps first, then new, changed, hidden and removed ones', async () => {
      const stop = new AbortController()
      const name = `ai.q8s.test.${randomUUID()}`
      const first = await importApp(users.anna, { name, version: '0.1.0' })
      const known = knownTo(users.anna, stop.signal)
      const others = knownTo(users.ben, stop.signal)
      const next = async (seen: typeof known) => (await seen.next()).value
      expect(await next(known)).toEqual({ [first.id]: 'PRIVATE' })
      expect(await next(others)).toEqual({})

      await users.anna.apps.update({ id: first.id, visibility: 'ALL_USERS' })
      expect(await next(known)).toEqual({ [first.id]: 'ALL_USERS' })
      expect(await next(others)).toEqual({ [first.id]: 'ALL_USERS' })

      await users.anna.apps.update({ id: first.id, visibility: 'PRIVATE' })
      expect(await next(others)).toEqual({})
      await users.anna.apps.remove({ id: first.id })
      // Events are conflated: the moment it was private may be reported or not.
      const last = await next(known)
      if (Object.keys(last ?? {}).length > 0) expect(await next(known)).toEqual({})
      stop.abort()
    })
  })

  describe('uploads', () => {
    test('continue where they stopped', async () => {
      const { sha256, size, bytes } = await makeBundle({ name: `ai.q8s.test.${randomUUID()}` })
      const piece = (from: number, to: number) => new Blob([new Uint8Array(bytes.subarray(from, to))])
      expect(await users.anna.uploads.status({ sha256, size })).toEqual({ offset: 0 })
      await users.anna.uploads.append({ sha256, size, offset: 0, data: piece(0, 100) })
      expect(await users.anna.uploads.status({ sha256, size })).toEqual({ offset: 100 })
      await expect(
        users.anna.uploads.append({ sha256, size, offset: 50, data: piece(50, 60) })
      ).rejects.toMatchObject({ code: 'CONFLICT', data: { offset: 100 } })
      expect(await users.anna.uploads.append({ sha256, size, offset: 100, data: piece(100, size) })).toEqual({
        offset: size
      })
      expect(await users.anna.uploads.status({ sha256, size })).toEqual({ offset: size })
    })

    test('of other bytes than announced are refused and start again', async () => {
      const { size, bytes } = await makeBundle()
      const sha256 = randomUUID().replaceAll('-', '').padEnd(64, '0')
      const data = new Blob([new Uint8Array(bytes)])
      await expect(users.anna.uploads.append({ sha256, size, offset: 0, data })).rejects.toEqual(
        failing('INVALID')
      )
      expect(await users.anna.uploads.status({ sha256, size })).toEqual({ offset: 0 })
      await expect(users.anna.apps.import({ sha256 })).rejects.toEqual(failing('NOT_FOUND'))
    })

    test('of more bytes than announced are refused', async () => {
      const { sha256, size, bytes } = await makeBundle({ name: `ai.q8s.test.${randomUUID()}` })
      const data = new Blob([new Uint8Array(bytes), 'more'])
      await expect(users.anna.uploads.append({ sha256, size, offset: 0, data })).rejects.toEqual(
        failing('INVALID')
      )
    })

    test('by several clients at once make one bundle', async () => {
      const bundle = await makeBundle({ files: { 'big.bin': Buffer.alloc(6 << 20, 'abcdefg') } })
      await Promise.all(
        [users.anna, users.ben, users.anna].map(platform => uploadPatiently(platform, bundle))
      )
      expect((await users.anna.apps.import({ sha256: bundle.sha256 })).bundle).toMatchObject({
        size: bundle.size
      })
    })
  })

  describe('apps', () => {
    test('have what their manifest says', async () => {
      const icon = { 'static/icon.png': PIXEL }
      const app = await importApp(users.anna, { runtime: 'MemoryLimit = "500Mi"', files: icon })
      expect(app).toMatchObject({
        name: 'ai.q8s.test.hello',
        version: '0.1.0',
        title: 'Hello',
        description: 'Says hello.',
        category: 'Other',
        keywords: ['test', 'hello'],
        owner: 'anna',
        visibility: 'PRIVATE',
        memoryLimit: '500Mi',
        ephemeral: false,
        iconLocation: 'ai.q8s.test.hello.0.1.0/icon.png',
        bundle: { location: 'ai.q8s.test.hello.0.1.0.qz' }
      })
      expect(await users.anna.apps.get({ id: app.id })).toEqual(app)
    })

    test('with the same Name and Version exist once', async () => {
      await importApp(users.anna)
      await expect(importApp(users.anna)).rejects.toEqual(failing('CONFLICT'))
      await expect(importApp(users.ben, { files: { more: 'x' } })).rejects.toEqual(failing('CONFLICT'))
      expect(await users.anna.apps.list({})).toHaveLength(1)
    })

    test('many imports of one bundle at once: one succeeds', async () => {
      const bundle = await makeBundle()
      await upload(users.anna, bundle)
      const importing = Array.from({ length: 20 }, () => users.anna.apps.import({ sha256: bundle.sha256 }))
      const results = await Promise.allSettled(importing)
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toEqual(failing('CONFLICT'))
      }
    })

    test('get another version if one is given and it is semver', async () => {
      const first = await importApp(users.anna, {}, { version: '0.1.0-20260102030405' })
      const second = await importApp(users.anna, {}, { version: '0.1.0-20260102030406' })
      expect([first.version, second.version]).toEqual(['0.1.0-20260102030405', '0.1.0-20260102030406'])
      await expect(importApp(users.anna, {}, { version: '1.2' })).rejects.toEqual(failing('INVALID'))
    })

    test('are not imported from a bundle that breaks a rule', async () => {
      await expect(importApp(users.anna, { version: '1.2' })).rejects.toMatchObject({
        code: 'INVALID',
        data: { findings: expect.arrayContaining([expect.objectContaining({ severity: 'error' })]) }
      })
      const reserved = '[[Env]]\nName = "Q8S_TOKEN"\nSecret = "s"\nSecretKey = "k"'
      await expect(importApp(users.anna, { env: reserved })).rejects.toEqual(failing('INVALID'))
      expect(await users.anna.apps.list({ ephemeral: true })).toEqual([])
    })

    test('are listed newest first', async () => {
      const versions = ['0.1.0', '0.3.0', '0.2.0']
      for (const version of versions) await importApp(users.anna, { version })
      expect((await users.anna.apps.list({})).map(app => app.version)).toEqual(versions.toReversed())
    })

    test('that are private exist for their owner only', async () => {
      const { id } = await importApp(users.anna)
      expect(await users.ben.apps.list({ all: true })).toEqual([])
      await expect(users.ben.apps.get({ id })).rejects.toEqual(failing('NOT_FOUND'))
      await expect(users.ben.instances.run({ appId: id })).rejects.toEqual(failing('NOT_FOUND'))
      await expect(users.ben.apps.update({ id, visibility: 'ALL_USERS' })).rejects.toEqual(
        failing('NOT_FOUND')
      )
      await expect(users.ben.apps.remove({ id })).rejects.toEqual(failing('NOT_FOUND'))
      expect(await users.anna.apps.get({ id })).toMatchObject({ visibility: 'PRIVATE' })
    })

    test('that are for all users are seen by all and changed by their owner', async () => {
      const { id } = await importApp(users.anna, {}, { visibility: 'ALL_USERS' })
      expect(await users.ben.apps.list({})).toEqual([])
      expect(await users.ben.apps.list({ all: true })).toMatchObject([{ id, owner: 'anna' }])
      await expect(users.ben.apps.update({ id, visibility: 'PRIVATE' })).rejects.toEqual(failing('FORBIDDEN'))
      await expect(users.ben.apps.remove({ id })).rejects.toEqual(failing('FORBIDDEN'))
      expect(await users.anna.apps.update({ id, visibility: 'PRIVATE' })).toMatchObject({
        visibility: 'PRIVATE'
      })
      expect(await users.ben.apps.list({ all: true })).toEqual([])
    })

    test('never change except for their visibility', async () => {
      const app = await importApp(users.anna)
      const changed = await users.anna.apps.update({ id: app.id, visibility: 'ALL_USERS' })
      expect(changed).toEqual({ ...app, visibility: 'ALL_USERS', updatedAt: changed.updatedAt })
    })

    test('that were removed no longer exist, and can be imported again', async () => {
      const { id } = await importApp(users.anna)
      await users.anna.apps.remove({ id })
      await expect(users.anna.apps.get({ id })).rejects.toEqual(failing('NOT_FOUND'))
      expect((await importApp(users.anna)).id).not.toBe(id)
    })

    test('of a local run are hidden, and do not conflict with others', async () => {
      await importApp(users.anna)
      const { id } = await importApp(users.anna, {}, { ephemeral: true })
      expect(await users.anna.apps.list({})).toHaveLength(1)
      expect((await users.anna.apps.list({ ephemeral: true })).map(app => app.id)).toContain(id)
    })
  })
}

/** Uploads, and continues where another uploader of the same bundle stopped. */
async function uploadPatiently(platform: Platform, bundle: Awaited<ReturnType<typeof makeBundle>>) {
  for (;;) {
    try {
      return await upload(platform, bundle)
    } catch (error) {
      if ((error as { code?: string }).code !== 'CONFLICT') throw error
    }
  }
}
