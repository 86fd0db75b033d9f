/** Instances, on any platform. */
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { lastLines } from '#shared/last-lines.ts'
import { importApp } from '../platform-bundles.ts'
import { failing, textOf, type Users, until } from './support.ts'

export function testInstances(users: Users, patience: number): void {
  const unknown = { id: randomUUID() }

  describe('instances', () => {
    test(
      'run, answer, stop, start again and are removed',
      async () => {
        const app = await importApp(users.anna)
        const begun = await users.anna.instances.run({ appId: app.id })
        const { id } = begun
        expect(begun).toMatchObject({ app: { id: app.id, title: 'Hello' }, owner: 'anna', restarts: 0 })
        const ready = await until(users.anna, id, 'ready', patience)
        expect(await (await fetch(ready.url)).text()).toBe('hello')
        expect(await textOf(users.anna, id)).toContain('greeting: None')
        const facts = await users.anna.instances.facts({ id })
        const path = expect.stringMatching(/[\\/]\w/)
        const version = expect.stringMatching(/^\d/)
        expect(facts).toEqual({
          ...{ module: 'serve', python: version, launcher: version, appRoot: path, environment: path }
        })
        await expect(users.ben.instances.facts({ id })).rejects.toEqual(failing('NOT_FOUND'))

        const stopped = await users.anna.instances.stop({ id })
        expect(stopped).toMatchObject({ state: 'stopped', reason: { code: 'stopped-by-user' } })
        expect(stopped.endedAt).toBeDefined()
        expect(await users.anna.instances.stop({ id })).toMatchObject({ state: 'stopped' })
        await expect(fetch(ready.url)).rejects.toThrow()

        await users.anna.instances.start({ id })
        const again = await until(users.anna, id, 'ready', patience)
        expect(again).toMatchObject({ restarts: 1 })
        expect(again.endedAt).toBeUndefined()
        await expect(users.anna.instances.start({ id })).rejects.toEqual(failing('CONFLICT'))
        await expect(users.anna.instances.remove({ id })).rejects.toEqual(failing('CONFLICT'))
        expect((await textOf(users.anna, id)).match(/greeting: None/g)).toHaveLength(2)

        await users.anna.instances.stop({ id })
        await users.anna.instances.remove({ id })
        await expect(users.anna.instances.get({ id })).rejects.toEqual(failing('NOT_FOUND'))
        expect(await users.anna.instances.list({})).toEqual([])
      },
      3 * patience
    )

    test(
      'of a project continue with a newer app: the same instance, its log, and no trace of the older app',
      async () => {
        const first = await importApp(users.anna, {}, { ephemeral: true })
        const { id } = await users.anna.instances.run({ appId: first.id, ephemeral: true })
        await until(users.anna, id, 'ready', patience)
        const next = await importApp(users.anna, { version: '1.0.1' }, { ephemeral: true })
        const again = { appId: next.id, ephemeral: true, replaces: id, env: { GREETING: 'again' } }
        await expect(users.anna.instances.run(again)).rejects.toEqual(failing('CONFLICT'))
        await users.anna.instances.stop({ id })
        expect(await users.anna.instances.run(again)).toMatchObject({ id, app: { id: next.id } })
        await until(users.anna, id, 'ready', patience)
        expect(await textOf(users.anna, id)).toMatch(/greeting: None[\s\S]*greeting: again/)
        const lines = (await lastLines(users.anna, id, 1000)).map(({ text }) => text)
        expect(lines.filter(text => /greeting/.test(text))).toEqual(['greeting: None', 'greeting: again'])
        expect(await lastLines(users.anna, id, 2)).toHaveLength(2)
        expect((await users.anna.apps.list({ ephemeral: true })).map(app => app.id)).toEqual([next.id])

        await users.anna.instances.stop({ id })
        const lasting = await importApp(users.anna, { version: '2.0.0' })
        const other = { appId: lasting.id, replaces: id }
        await expect(users.anna.instances.run(other)).rejects.toEqual(failing('INVALID'))
        await expect(users.ben.instances.run({ ...again, appId: lasting.id })).rejects.toEqual(
          failing('NOT_FOUND')
        )
      },
      3 * patience
    )

    test(
      'that crash are failed, with the reason and their last lines',
      async () => {
        const app = await importApp(users.anna, { does: 'crash' })
        const { id } = await users.anna.instances.run({ appId: app.id })
        const failed = await until(users.anna, id, 'failed', patience)
        expect(failed.reason?.message).toMatch(/\w/)
        expect(failed.endedAt).toBeDefined()
        const { lines } = await users.anna.instances.readLog({ id, tail: 20 })
        expect(lines.map(line => line.text)).toContain('on my way')
        await users.anna.instances.remove({ id })
      },
      2 * patience
    )

    test(
      'prevent the removal of their app while they run',
      async () => {
        const app = await importApp(users.anna)
        const { id } = await users.anna.instances.run({ appId: app.id })
        await expect(users.anna.apps.remove({ id: app.id })).rejects.toMatchObject({
          code: 'CONFLICT',
          message: expect.stringContaining(id),
          data: { instances: [id] }
        })
        await until(users.anna, id, 'ready', patience)
        await users.anna.instances.stop({ id })
        await users.anna.apps.remove({ id: app.id })
        await expect(users.anna.instances.get({ id })).rejects.toEqual(failing('NOT_FOUND'))
      },
      2 * patience
    )

    test(
      'are not affected by another version of their app',
      async () => {
        const app = await importApp(users.anna)
        const { id } = await users.anna.instances.run({ appId: app.id })
        await until(users.anna, id, 'ready', patience)
        await importApp(users.anna, { version: '0.2.0' })
        expect(await users.anna.instances.get({ id })).toMatchObject({
          state: 'ready',
          restarts: 0,
          app: { version: '0.1.0' }
        })
      },
      2 * patience
    )

    test(
      'are visible to the users they are shared with, and changed by their owner',
      async () => {
        const app = await importApp(users.anna, {}, { visibility: 'ALL_USERS' })
        const { id } = await users.anna.instances.run({ appId: app.id })
        expect(await users.ben.instances.list({ all: true })).toEqual([])
        for (const call of [users.ben.instances.get, users.ben.instances.stop, users.ben.instances.readLog]) {
          await expect(call({ id })).rejects.toEqual(failing('NOT_FOUND'))
        }
        await users.anna.instances.update({ id, visibility: 'ALL_USERS' })
        expect(await users.ben.instances.list({})).toEqual([])
        expect(await users.ben.instances.list({ all: true })).toMatchObject([{ id }])
        await expect(users.ben.instances.stop({ id })).rejects.toEqual(failing('FORBIDDEN'))
        await expect(users.ben.instances.update({ id, visibility: 'PRIVATE' })).rejects.toEqual(
          failing('FORBIDDEN')
        )
        const own = await users.ben.instances.run({ appId: app.id })
        expect(own.owner).toBe('ben')
        expect((await users.anna.instances.list({})).map(instance => instance.id)).toEqual([id])
        await expect(users.anna.apps.remove({ id: app.id })).rejects.toMatchObject({ code: 'CONFLICT' })
      },
      2 * patience
    )

    test('that do not exist are NOT_FOUND', async () => {
      const { get, start, stop, remove, readLog } = users.anna.instances
      for (const call of [get, start, stop, remove, readLog, users.anna.apps.get, users.anna.apps.remove]) {
        await expect(call(unknown)).rejects.toEqual(failing('NOT_FOUND'))
      }
      await expect(users.anna.instances.run({ appId: unknown.id })).rejects.toEqual(failing('NOT_FOUND'))
    })

    test('are refused for input that breaks the contract', async () => {
      await expect(users.anna.instances.get({ id: '../../etc' })).rejects.toMatchObject({
        code: expect.any(String)
      })
      await expect(users.anna.apps.import({ sha256: 'x' })).rejects.toMatchObject({
        code: expect.any(String)
      })
    })
  })
}
