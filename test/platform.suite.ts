/** What every platform does alike: run against each adapter. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Instance, InstanceState } from '#shared/instance.ts'
import type { Platform } from '#shared/platform.ts'
import { importApp, makeBundle, upload } from './platform-bundles.ts'

export interface PlatformUnderTest {
  /** The same platform as different users see it. */
  as(user: string): Platform
  /** Removes all that the tests left. */
  close(): Promise<void>
}

export interface SuiteOptions {
  readonly name: string
  /** Why it cannot be tested here; shown in the title. */
  readonly skipped?: string | undefined
  /** Milliseconds an app may take to be ready. */
  readonly patience?: number
  open(): Promise<PlatformUnderTest>
}

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)

export function platformSuite({ name, skipped, patience = 60_000, open }: SuiteOptions): void {
  describe.skipIf(skipped)(`${name}${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
    let under: PlatformUnderTest
    let anna: Platform
    let ben: Platform

    beforeAll(async () => {
      under = await open()
      anna = under.as('anna')
      ben = under.as('ben')
    })
    afterAll(() => under.close())
    afterEach(async () => {
      for (const platform of [anna, ben]) await clearInstances(platform)
      for (const platform of [anna, ben]) await clearRest(platform)
    })

    const unknown = { id: randomUUID() }
    const failing = (code: string) =>
      expect.objectContaining({ code, message: expect.stringMatching(/\w\.$/) })

    describe('what it is', () => {
      test('tells kind, user and capabilities', async () => {
        const info = await anna.info()
        expect(info.user).toBe('anna')
        expect(info.capabilities).toEqual([...new Set(info.capabilities)])
      })
    })

    describe('uploads', () => {
      test('go on where they stopped', async () => {
        const { sha256, size, bytes } = await makeBundle({ name: `ai.q8s.test.${randomUUID()}` })
        const piece = (from: number, to: number) => new Blob([new Uint8Array(bytes.subarray(from, to))])
        expect(await anna.uploads.status({ sha256, size })).toEqual({ offset: 0 })
        await anna.uploads.append({ sha256, size, offset: 0, data: piece(0, 100) })
        expect(await anna.uploads.status({ sha256, size })).toEqual({ offset: 100 })
        await expect(
          anna.uploads.append({ sha256, size, offset: 50, data: piece(50, 60) })
        ).rejects.toMatchObject({ code: 'CONFLICT', data: { offset: 100 } })
        expect(await anna.uploads.append({ sha256, size, offset: 100, data: piece(100, size) })).toEqual({
          offset: size
        })
        expect(await anna.uploads.status({ sha256, size })).toEqual({ offset: size })
      })

      test('of other bytes than announced are refused and begin anew', async () => {
        const { size, bytes } = await makeBundle()
        const sha256 = randomUUID().replaceAll('-', '').padEnd(64, '0')
        const data = new Blob([new Uint8Array(bytes)])
        await expect(anna.uploads.append({ sha256, size, offset: 0, data })).rejects.toEqual(
          failing('INVALID')
        )
        expect(await anna.uploads.status({ sha256, size })).toEqual({ offset: 0 })
        await expect(anna.apps.import({ sha256 })).rejects.toEqual(failing('NOT_FOUND'))
      })

      test('of more bytes than announced are refused', async () => {
        const { sha256, size, bytes } = await makeBundle({ name: `ai.q8s.test.${randomUUID()}` })
        const data = new Blob([new Uint8Array(bytes), 'more'])
        await expect(anna.uploads.append({ sha256, size, offset: 0, data })).rejects.toEqual(
          failing('INVALID')
        )
      })

      test('by several at once make one bundle', async () => {
        const bundle = await makeBundle({ files: { 'big.bin': Buffer.alloc(6 << 20, 'abcdefg') } })
        await Promise.all([anna, ben, anna].map(platform => uploadPatiently(platform, bundle)))
        expect((await anna.apps.import({ sha256: bundle.sha256 })).bundle).toMatchObject({
          size: bundle.size
        })
      })
    })

    describe('apps', () => {
      test('have what their manifest says', async () => {
        const icon = { 'static/icon.png': PIXEL }
        const app = await importApp(anna, { runtime: 'MemoryLimit = "500Mi"', files: icon })
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
        expect(await anna.apps.get({ id: app.id })).toEqual(app)
      })

      test('of one Name and Version exist once', async () => {
        await importApp(anna)
        await expect(importApp(anna)).rejects.toEqual(failing('CONFLICT'))
        await expect(importApp(ben, { files: { more: 'x' } })).rejects.toEqual(failing('CONFLICT'))
        expect(await anna.apps.list({})).toHaveLength(1)
      })

      test('many imports of one bundle at once: one succeeds', async () => {
        const bundle = await makeBundle()
        await upload(anna, bundle)
        const importing = Array.from({ length: 20 }, () => anna.apps.import({ sha256: bundle.sha256 }))
        const results = await Promise.allSettled(importing)
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toEqual(failing('CONFLICT'))
        }
      })

      test('take another version where one is given, if it is semver', async () => {
        const first = await importApp(anna, {}, { version: '0.1.0-20260102030405' })
        const second = await importApp(anna, {}, { version: '0.1.0-20260102030406' })
        expect([first.version, second.version]).toEqual(['0.1.0-20260102030405', '0.1.0-20260102030406'])
        await expect(importApp(anna, {}, { version: '1.2' })).rejects.toEqual(failing('INVALID'))
      })

      test('are not made of a bundle that breaks a rule', async () => {
        await expect(importApp(anna, { version: '1.2' })).rejects.toMatchObject({
          code: 'INVALID',
          data: { findings: expect.arrayContaining([expect.objectContaining({ severity: 'error' })]) }
        })
        const reserved = '[[Env]]\nName = "Q8S_TOKEN"\nSecret = "s"\nSecretKey = "k"'
        await expect(importApp(anna, { env: reserved })).rejects.toEqual(failing('INVALID'))
        expect(await anna.apps.list({ ephemeral: true })).toEqual([])
      })

      test('are listed newest first', async () => {
        const versions = ['0.1.0', '0.3.0', '0.2.0']
        for (const version of versions) await importApp(anna, { version })
        expect((await anna.apps.list({})).map(app => app.version)).toEqual(versions.toReversed())
      })

      test('that are private exist for their owner only', async () => {
        const { id } = await importApp(anna)
        expect(await ben.apps.list({ all: true })).toEqual([])
        await expect(ben.apps.get({ id })).rejects.toEqual(failing('NOT_FOUND'))
        await expect(ben.instances.run({ appId: id })).rejects.toEqual(failing('NOT_FOUND'))
        await expect(ben.apps.update({ id, visibility: 'ALL_USERS' })).rejects.toEqual(failing('NOT_FOUND'))
        await expect(ben.apps.remove({ id })).rejects.toEqual(failing('NOT_FOUND'))
        expect(await anna.apps.get({ id })).toMatchObject({ visibility: 'PRIVATE' })
      })

      test('that are for all users are seen by all and changed by their owner', async () => {
        const { id } = await importApp(anna, {}, { visibility: 'ALL_USERS' })
        expect(await ben.apps.list({})).toEqual([])
        expect(await ben.apps.list({ all: true })).toMatchObject([{ id, owner: 'anna' }])
        await expect(ben.apps.update({ id, visibility: 'PRIVATE' })).rejects.toEqual(failing('FORBIDDEN'))
        await expect(ben.apps.remove({ id })).rejects.toEqual(failing('FORBIDDEN'))
        expect(await anna.apps.update({ id, visibility: 'PRIVATE' })).toMatchObject({ visibility: 'PRIVATE' })
        expect(await ben.apps.list({ all: true })).toEqual([])
      })

      test('never change but for their visibility', async () => {
        const app = await importApp(anna)
        const changed = await anna.apps.update({ id: app.id, visibility: 'ALL_USERS' })
        expect(changed).toEqual({ ...app, visibility: 'ALL_USERS', updatedAt: changed.updatedAt })
      })

      test('that were removed are gone, and can be imported again', async () => {
        const { id } = await importApp(anna)
        await anna.apps.remove({ id })
        await expect(anna.apps.get({ id })).rejects.toEqual(failing('NOT_FOUND'))
        expect((await importApp(anna)).id).not.toBe(id)
      })

      test('of a local run are hidden, and clash with none', async () => {
        await importApp(anna)
        const { id } = await importApp(anna, {}, { ephemeral: true })
        expect(await anna.apps.list({})).toHaveLength(1)
        expect((await anna.apps.list({ ephemeral: true })).map(app => app.id)).toContain(id)
      })
    })

    describe('instances', () => {
      test(
        'run, answer, stop, start again and are removed',
        async () => {
          const app = await importApp(anna)
          const begun = await anna.instances.run({ appId: app.id })
          const { id } = begun
          expect(begun).toMatchObject({ app: { id: app.id, title: 'Hello' }, owner: 'anna', restarts: 0 })
          const ready = await until(anna, id, 'ready', patience)
          expect(await (await fetch(ready.url)).text()).toBe('hello')
          expect(await textOf(anna, id)).toContain('greeting: None')

          const stopped = await anna.instances.stop({ id })
          expect(stopped).toMatchObject({ state: 'stopped', reason: { code: 'stopped-by-user' } })
          expect(stopped.endedAt).toBeDefined()
          expect(await anna.instances.stop({ id })).toMatchObject({ state: 'stopped' })
          await expect(fetch(ready.url)).rejects.toThrow()

          await anna.instances.start({ id })
          const again = await until(anna, id, 'ready', patience)
          expect(again).toMatchObject({ restarts: 1 })
          expect(again.endedAt).toBeUndefined()
          await expect(anna.instances.start({ id })).rejects.toEqual(failing('CONFLICT'))
          await expect(anna.instances.remove({ id })).rejects.toEqual(failing('CONFLICT'))
          expect((await textOf(anna, id)).match(/greeting: None/g)).toHaveLength(2)

          await anna.instances.stop({ id })
          await anna.instances.remove({ id })
          await expect(anna.instances.get({ id })).rejects.toEqual(failing('NOT_FOUND'))
          expect(await anna.instances.list({})).toEqual([])
        },
        3 * patience
      )

      test(
        'that crash are failed, with the reason and their last lines',
        async () => {
          const app = await importApp(anna, { does: 'crash' })
          const { id } = await anna.instances.run({ appId: app.id })
          const failed = await until(anna, id, 'failed', patience)
          expect(failed.reason?.message).toMatch(/\w/)
          expect(failed.endedAt).toBeDefined()
          const { lines } = await anna.instances.readLog({ id, tail: 20 })
          expect(lines.map(line => line.text)).toContain('on my way')
          await anna.instances.remove({ id })
        },
        2 * patience
      )

      test(
        'keep their app from being removed while they run',
        async () => {
          const app = await importApp(anna)
          const { id } = await anna.instances.run({ appId: app.id })
          await expect(anna.apps.remove({ id: app.id })).rejects.toMatchObject({
            code: 'CONFLICT',
            message: expect.stringContaining(id),
            data: { instances: [id] }
          })
          await until(anna, id, 'ready', patience)
          await anna.instances.stop({ id })
          await anna.apps.remove({ id: app.id })
          await expect(anna.instances.get({ id })).rejects.toEqual(failing('NOT_FOUND'))
        },
        2 * patience
      )

      test(
        'are not touched by another version of their app',
        async () => {
          const app = await importApp(anna)
          const { id } = await anna.instances.run({ appId: app.id })
          await until(anna, id, 'ready', patience)
          await importApp(anna, { version: '0.2.0' })
          expect(await anna.instances.get({ id })).toMatchObject({
            state: 'ready',
            restarts: 0,
            app: { version: '0.1.0' }
          })
        },
        2 * patience
      )

      test(
        'are seen by whom they are visible to, and changed by their owner',
        async () => {
          const app = await importApp(anna, {}, { visibility: 'ALL_USERS' })
          const { id } = await anna.instances.run({ appId: app.id })
          expect(await ben.instances.list({ all: true })).toEqual([])
          for (const call of [ben.instances.get, ben.instances.stop, ben.instances.readLog]) {
            await expect(call({ id })).rejects.toEqual(failing('NOT_FOUND'))
          }
          await anna.instances.update({ id, visibility: 'ALL_USERS' })
          expect(await ben.instances.list({})).toEqual([])
          expect(await ben.instances.list({ all: true })).toMatchObject([{ id }])
          await expect(ben.instances.stop({ id })).rejects.toEqual(failing('FORBIDDEN'))
          await expect(ben.instances.update({ id, visibility: 'PRIVATE' })).rejects.toEqual(
            failing('FORBIDDEN')
          )
          const own = await ben.instances.run({ appId: app.id })
          expect(own.owner).toBe('ben')
          expect((await anna.instances.list({})).map(instance => instance.id)).toEqual([id])
          await expect(anna.apps.remove({ id: app.id })).rejects.toMatchObject({ code: 'CONFLICT' })
        },
        2 * patience
      )

      test('that nobody made are NOT_FOUND', async () => {
        const { get, start, stop, remove, readLog } = anna.instances
        for (const call of [get, start, stop, remove, readLog, anna.apps.get, anna.apps.remove]) {
          await expect(call(unknown)).rejects.toEqual(failing('NOT_FOUND'))
        }
        await expect(anna.instances.run({ appId: unknown.id })).rejects.toEqual(failing('NOT_FOUND'))
      })

      test('are refused for input that breaks the contract', async () => {
        await expect(anna.instances.get({ id: '../../etc' })).rejects.toMatchObject({
          code: expect.any(String)
        })
        await expect(anna.apps.import({ sha256: 'x' })).rejects.toMatchObject({ code: expect.any(String) })
      })
    })

    describe('logs', () => {
      test(
        'are read on from their cursor, each line once',
        async () => {
          const app = await importApp(anna)
          const { id } = await anna.instances.run({ appId: app.id })
          await until(anna, id, 'ready', patience)
          await anna.instances.stop({ id })
          const whole = (await textOf(anna, id)).split('\n')
          const pieces: string[] = []
          for (let cursor: string | undefined; ; ) {
            const page = await anna.instances.readLog({ id, maxBytes: 1, ...(cursor ? { cursor } : {}) })
            pieces.push(...page.lines.map(line => line.text))
            cursor = page.next
            if (page.end) break
          }
          expect(pieces).toEqual(whole)
          expect((await anna.instances.readLog({ id, tail: 1 })).lines.map(line => line.text)).toEqual(
            whole.slice(-1)
          )
        },
        2 * patience
      )

      test('refuse cursors they did not give', async () => {
        const app = await importApp(anna)
        const { id } = await anna.instances.run({ appId: app.id })
        await expect(anna.instances.readLog({ id, cursor: 'nonsense' })).rejects.toEqual(failing('INVALID'))
      })
    })

    describe('secrets', () => {
      const wants = '[[Env]]\nName = "GREETING"\nSecret = "mail"\nSecretKey = "greeting"\n'

      test('are named, never shown, and replaced key by key', async () => {
        if (!(await anna.info()).capabilities.includes('secrets')) return
        await anna.secrets.set({ name: 'mail', values: { user: 'u', password: 'first' } })
        const secret = await anna.secrets.set({ name: 'mail', values: { password: 'second', host: 'h' } })
        expect(secret).toMatchObject({ name: 'mail', keys: ['host', 'password', 'user'] })
        expect(await anna.secrets.list()).toEqual([secret])
        expect(JSON.stringify(await anna.secrets.list())).not.toMatch(/first|second/)
        await anna.secrets.remove({ name: 'mail', keys: ['user'] })
        expect(await anna.secrets.list()).toMatchObject([{ keys: ['host', 'password'] }])
        await anna.secrets.remove({ name: 'mail' })
        expect(await anna.secrets.list()).toEqual([])
        await expect(anna.secrets.remove({ name: 'mail' })).rejects.toEqual(failing('NOT_FOUND'))
      })

      test(
        'reach the app, and a missing one is named before it starts',
        async () => {
          if (!(await anna.info()).capabilities.includes('secrets')) return
          const app = await importApp(anna, { env: wants })
          await expect(anna.instances.run({ appId: app.id })).rejects.toMatchObject({
            code: 'INVALID',
            message: expect.stringContaining('GREETING'),
            hint: expect.stringContaining('q8s-cli secret set mail')
          })
          expect(await anna.instances.list({})).toEqual([])
          await anna.secrets.set({ name: 'mail', values: { greeting: 'grüß "Gott"' } })
          const { id } = await anna.instances.run({ appId: app.id })
          await until(anna, id, 'ready', patience)
          expect(await textOf(anna, id)).toContain('greeting: grüß "Gott"')
        },
        2 * patience
      )
    })

    describe('watching', () => {
      test(
        'begins with all there is and tells what changes, until it is ended',
        async () => {
          const app = await importApp(anna)
          const stop = new AbortController()
          const changes = await anna.instances.watch({}, { signal: stop.signal })
          const first = await changes.next()
          expect(first.value).toEqual({ changed: [], removed: [] })
          const { id } = await anna.instances.run({ appId: app.id })
          const states: string[] = []
          for await (const { changed, removed } of changes) {
            const state = changed.find(instance => instance.id === id)?.state
            if (state && states.at(-1) !== state) states.push(state)
            if (state === 'ready') await anna.instances.stop({ id })
            if (state === 'stopped') await anna.instances.remove({ id })
            if (removed.includes(id)) break
          }
          expect(states.at(-1)).toBe('stopped')
          expect(states).toContain('ready')
          stop.abort()
        },
        2 * patience
      )

      test('ends when it is aborted', async () => {
        const stop = new AbortController()
        const changes = await anna.instances.watch({}, { signal: stop.signal })
        await changes.next()
        const next = changes.next()
        stop.abort()
        const end = await next.catch(error => error)
        expect(end.done === true || end.name === 'AbortError' || end.code === 'CANCELLED').toBe(true)
      })
    })
  })
}

/** Waits for a state; fails at once, with the reason, when it ended in another. */
export async function until(
  platform: Platform,
  id: string,
  state: InstanceState,
  patience = 60_000
): Promise<Instance> {
  const signal = AbortSignal.timeout(patience)
  let last: Instance | undefined
  try {
    for await (const { changed } of await platform.instances.watch({}, { signal })) {
      last = changed.find(instance => instance.id === id) ?? last
      if (last?.state === state) return last
      if (last?.state === 'failed' || last?.state === 'stopped') break
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  const log = await textOf(platform, id).catch(String)
  throw new Error(`expected ${state}, it is ${JSON.stringify(last)}\n${log}`)
}

/** The whole log as it is now, without system lines. */
export async function textOf(platform: Platform, id: string): Promise<string> {
  const texts: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await platform.instances.readLog({ id, ...(cursor ? { cursor } : {}) })
    texts.push(...page.lines.map(line => line.text))
    if (page.lines.length === 0) return texts.join('\n')
    cursor = page.next
  }
}

async function clearInstances(platform: Platform): Promise<void> {
  for (const { id } of await platform.instances.list({})) {
    await platform.instances.stop({ id })
    await platform.instances.remove({ id })
  }
}

async function clearRest(platform: Platform): Promise<void> {
  for (const { id } of await platform.apps.list({ ephemeral: true })) await platform.apps.remove({ id })
  for (const { name } of await platform.secrets.list()) await platform.secrets.remove({ name })
}

/** Goes on from wherever another uploader of the same bundle has brought it. */
async function uploadPatiently(platform: Platform, bundle: Awaited<ReturnType<typeof makeBundle>>) {
  for (;;) {
    try {
      return await upload(platform, bundle)
    } catch (error) {
      if ((error as { code?: string }).code !== 'CONFLICT') throw error
    }
  }
}
