/** Run options of projects: kept encrypted, bounded, and given to the app; values from secrets are not copied. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RunOptions } from '#shared/run-options.ts'
import { textOf, until } from '../../platform/support.ts'
import { importApp } from '../../platform-bundles.ts'
import { createFakeEngine } from '../fake-engine.ts'
import { createLocalHome, type LocalHome } from '../local-home.ts'

let home: LocalHome
beforeEach(async () => {
  home = await createLocalHome({ engines: [createFakeEngine()] })
})
afterEach(() => home.remove())

const OPTIONS = RunOptions.parse({
  engine: 'process',
  port: 8080,
  env: [
    { name: 'TOKEN', value: 'plain-but-private' },
    { name: 'PASSWORD', value: { secret: 'mail', key: 'greeting' } },
    { name: 'TOKEN', value: 'again' }
  ]
})

test('another process reads them, for their user and folder only', async () => {
  const { runOptions } = await home.openAll()
  expect(await runOptions.read('/a')).toEqual({ env: [] })
  await runOptions.save('/a', OPTIONS)
  expect(await (await home.openAll()).runOptions.read('/a')).toEqual(OPTIONS)
  expect(await runOptions.read('/b')).toEqual({ env: [] })
  expect(await (await home.openAll({ user: 'ben' })).runOptions.read('/a')).toEqual({ env: [] })
})

test('a read during a write returns the new options', async () => {
  const { runOptions } = await home.openAll()
  const saving = runOptions.save('/a', OPTIONS)
  expect(await runOptions.read('/a')).toEqual(OPTIONS)
  await saving
})

test('no value is stored in plain text', async () => {
  await (await home.openAll()).runOptions.save('/a', OPTIONS)
  for (const name of await readdir(home.folders.state)) {
    const path = join(home.folders.state, name)
    if ((await stat(path)).isFile()) expect((await readFile(path)).includes('plain-but-private')).toBe(false)
  }
})

test('with a locked keychain, options with plain values fail, those without still work', async () => {
  await (await home.openAll()).runOptions.save('/a', OPTIONS)
  home.keychain.state = 'locked'
  const { runOptions } = await home.openAll()
  await expect(runOptions.read('/a')).rejects.toMatchObject({ code: 'UNAVAILABLE', hint: 'Unlock it.' })
  await expect(runOptions.save('/a', OPTIONS)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await runOptions.save('/b', { port: 8081, env: [] })
  expect(await runOptions.read('/b')).toEqual({ port: 8081, env: [] })
  home.keychain.state = 'open'
  expect(await runOptions.read('/a')).toEqual(OPTIONS)
})

test('those of the fifty most recently used projects are kept', async () => {
  const { runOptions } = await home.openAll()
  for (let index = 0; index < 50; index++) await runOptions.save(`/${index}`, { port: 1000 + index, env: [] })
  await runOptions.save('/0', { port: 9, env: [] })
  await runOptions.save('/50', { port: 10, env: [] })
  expect(await runOptions.read('/0')).toEqual({ port: 9, env: [] })
  expect(await runOptions.read('/1')).toEqual({ env: [] })
  expect((await runOptions.read('/2')).port).toBe(1002)
})

test('a variable from a secret reaches the app, with its current value at each start', async () => {
  const platform = await home.open()
  const app = await importApp(platform)
  const env = { GREETING: { secret: 'mail', key: 'greeting' } }
  await expect(platform.instances.run({ appId: app.id, env })).rejects.toMatchObject({
    code: 'INVALID',
    message: expect.stringContaining('mail')
  })
  await platform.secrets.set({ name: 'mail', values: { greeting: 'first' } })
  const { id } = await platform.instances.run({ appId: app.id, env })
  await until(platform, id, 'ready')
  expect(await textOf(platform, id)).toContain('greeting: first')
  await platform.instances.stop({ id })
  await platform.secrets.set({ name: 'mail', values: { greeting: 'second' } })
  await platform.instances.start({ id })
  await until(platform, id, 'ready')
  expect(await textOf(platform, id)).toContain('greeting: second')
  await platform.instances.stop({ id })
})
