/** Logs, secrets and watching, on any platform. */
import { describe, expect, test } from 'vitest'
import { importApp } from '../platform-bundles.ts'
import { failing, textOf, type Users, until } from './support.ts'

export function testLogsAndSecrets(users: Users, patience: number): void {
  describe('logs', () => {
    test(
      'are continued from their cursor, each line once',
      async () => {
        const app = await importApp(users.anna)
        const { id } = await users.anna.instances.run({ appId: app.id })
        await until(users.anna, id, 'ready', patience)
        const { endedAt } = await users.anna.instances.stop({ id })
        const whole = (await textOf(users.anna, id)).split('\n')
        const pieces: string[] = []
        for (let cursor: string | undefined; ; ) {
          const page = await users.anna.instances.readLog({ id, maxBytes: 1, ...(cursor ? { cursor } : {}) })
          pieces.push(...page.lines.map(line => line.text))
          cursor = page.next
          if (!page.end) continue
          expect(page.endedAt).toBe(endedAt)
          break
        }
        expect(endedAt).toBeDefined()
        expect(pieces).toEqual(whole)
        expect((await users.anna.instances.readLog({ id, tail: 1 })).lines.map(line => line.text)).toEqual(
          whole.slice(-1)
        )
      },
      2 * patience
    )

    test('refuse invalid cursors', async () => {
      const app = await importApp(users.anna)
      const { id } = await users.anna.instances.run({ appId: app.id })
      await expect(users.anna.instances.readLog({ id, cursor: 'nonsense' })).rejects.toEqual(
        failing('INVALID')
      )
    })
  })

  describe('secrets', () => {
    const wants = '[[Env]]\nName = "GREETING"\nSecret = "mail"\nSecretKey = "greeting"\n'

    test('are named, never shown, and replaced key by key', async () => {
      if (!(await users.anna.info()).capabilities.includes('secrets')) return
      await users.anna.secrets.set({ name: 'mail', values: { user: 'u', password: 'first' } })
      const secret = await users.anna.secrets.set({ name: 'mail', values: { password: 'second', host: 'h' } })
      expect(secret).toMatchObject({ name: 'mail', keys: ['host', 'password', 'user'] })
      expect(await users.anna.secrets.list()).toEqual([secret])
      expect(JSON.stringify(await users.anna.secrets.list())).not.toMatch(/first|second/)
      await users.anna.secrets.remove({ name: 'mail', keys: ['user'] })
      expect(await users.anna.secrets.list()).toMatchObject([{ keys: ['host', 'password'] }])
      await users.anna.secrets.remove({ name: 'mail' })
      expect(await users.anna.secrets.list()).toEqual([])
      await expect(users.anna.secrets.remove({ name: 'mail' })).rejects.toEqual(failing('NOT_FOUND'))
    })

    test(
      'reach the app, and a missing one is named before it starts',
      async () => {
        if (!(await users.anna.info()).capabilities.includes('secrets')) return
        const app = await importApp(users.anna, { env: wants })
        await expect(users.anna.instances.run({ appId: app.id })).rejects.toMatchObject({
          code: 'INVALID',
          message: expect.stringContaining('GREETING'),
          hint: expect.stringContaining('q8s-cli secret set mail')
        })
        expect(await users.anna.instances.list({})).toEqual([])
        await users.anna.secrets.set({ name: 'mail', values: { greeting: 'grüß "Gott"' } })
        const { id } = await users.anna.instances.run({ appId: app.id })
        await until(users.anna, id, 'ready', patience)
        expect(await textOf(users.anna, id)).toContain('greeting: grüß "Gott"')
        // A restart that could not start again stops nothing.
        await users.anna.secrets.remove({ name: 'mail' })
        await expect(users.anna.instances.restart({ id })).rejects.toMatchObject({ code: 'INVALID' })
        expect(await users.anna.instances.get({ id })).toMatchObject({ state: 'ready', restarts: 0 })
      },
      2 * patience
    )
  })

  describe('watching', () => {
    test(
      'begins with everything there is, then reports changes until it is ended',
      async () => {
        const app = await importApp(users.anna)
        const stop = new AbortController()
        const changes = await users.anna.instances.watch({}, { signal: stop.signal })
        const first = await changes.next()
        expect(first.value).toEqual({ changed: [], removed: [] })
        const { id } = await users.anna.instances.run({ appId: app.id })
        const states: string[] = []
        for await (const { changed, removed } of changes) {
          const state = changed.find(instance => instance.id === id)?.state
          if (state && states.at(-1) !== state) states.push(state)
          if (state === 'ready') await users.anna.instances.stop({ id })
          if (state === 'stopped') await users.anna.instances.remove({ id })
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
      const changes = await users.anna.instances.watch({}, { signal: stop.signal })
      await changes.next()
      const next = changes.next()
      stop.abort()
      const end = await next.catch(error => error)
      expect(end.done === true || end.name === 'AbortError' || end.code === 'CANCELLED').toBe(true)
    })
  })
}
