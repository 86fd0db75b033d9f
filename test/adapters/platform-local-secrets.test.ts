/** Where the key of secrets is kept: in the safest available place, shown to the user, and never silently weakened. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Platform } from '#shared/platform.ts'
import { textOf, until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { createFakeEngine } from './fake-engine.ts'
import { createLocalHome, type LocalHome } from './local-home.ts'

let home: LocalHome
const engine = createFakeEngine()

beforeEach(async () => {
  home = await createLocalHome({ engines: [engine] })
})
afterEach(() => home.remove())

const keyFile = () => join(home.folders.state, 'keys', 'secrets.key')
const mail = { name: 'mail', values: { greeting: 'very-secret' } }
const wants = '[[Env]]\nName = "GREETING"\nSecret = "mail"\nSecretKey = "greeting"\n'

/** Whether an app gets the secret's value. */
async function reaches(platform: Platform): Promise<boolean> {
  const app = await importApp(platform, { env: wants })
  try {
    const { id } = await platform.instances.run({ appId: app.id })
    await until(platform, id, 'ready')
    const reached = (await textOf(platform, id)).includes('greeting: very-secret')
    await platform.instances.stop({ id })
    return reached
  } finally {
    await platform.apps.remove({ id: app.id })
  }
}

test('with a keychain the key is there, and no notice is shown', async () => {
  const platform = await home.open()
  expect((await platform.info()).notices).toEqual([])
  await platform.secrets.set(mail)
  expect(home.keychain.entries.size).toBe(1)
  expect(existsSync(keyFile())).toBe(false)
  expect((await platform.info()).notices).toEqual([])
  expect(await reaches(await home.open())).toBe(true)
})

test('no value is stored in plain text', async () => {
  await (await home.open()).secrets.set(mail)
  for (const name of await readdir(home.folders.state)) {
    const path = join(home.folders.state, name)
    if ((await stat(path)).isFile()) expect((await readFile(path)).includes('very-secret')).toBe(false)
  }
})

test('without a keychain the key is in a file that only its owner can read, and a notice says so', async () => {
  home.keychain.state = 'absent'
  const platform = await home.open()
  expect((await platform.info()).notices.join()).toMatch(/file only you can read.*absent/)
  await platform.secrets.set(mail)
  expect((await stat(keyFile())).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600)
  if (process.platform !== 'win32') {
    expect((await stat(join(home.folders.state, 'keys'))).mode & 0o777).toBe(0o700)
  }
  expect((await platform.info()).notices.join()).toContain('file only you can read')
  expect(await reaches(await home.open())).toBe(true)
})

test('a key file that cannot be written leaves no part of a key beside it', async () => {
  home.keychain.state = 'absent'
  await mkdir(keyFile(), { recursive: true })
  await expect((await home.open()).secrets.set(mail)).rejects.toThrow()
  expect(await readdir(join(home.folders.state, 'keys'))).toEqual(['secrets.key'])
})

test.each(['locked', 'absent'] as const)(
  'a keychain that is %s later makes secrets unavailable, not less safe',
  async state => {
    await (await home.open()).secrets.set(mail)
    home.keychain.state = state
    const later = await home.open()
    const unavailable = { code: 'UNAVAILABLE', hint: 'Unlock it.' }
    await expect(later.secrets.set({ name: 'other', values: { a: 'b' } })).rejects.toMatchObject(unavailable)
    await expect(reaches(later)).rejects.toMatchObject(unavailable)
    expect(existsSync(keyFile())).toBe(false)
    expect(await later.secrets.list()).toHaveLength(1)
    home.keychain.state = 'open'
    expect(await reaches(later)).toBe(true)
  }
)

test('a keychain that becomes available later is used once no secret depends on the file', async () => {
  home.keychain.state = 'absent'
  const platform = await home.open()
  await platform.secrets.set(mail)
  home.keychain.state = 'open'
  await platform.secrets.set({ name: 'other', values: { a: 'b' } })
  expect(home.keychain.entries.size).toBe(0)
  for (const { name } of await platform.secrets.list()) await platform.secrets.remove({ name })
  await platform.secrets.set(mail)
  expect(home.keychain.entries.size).toBe(1)
  expect(existsSync(keyFile())).toBe(false)
  expect(await reaches(platform)).toBe(true)
})

test('a lost key is reported, and secrets can be set again', async () => {
  await (await home.open()).secrets.set(mail)
  home.keychain.entries.clear()
  const later = await home.open()
  await expect(later.secrets.set({ name: 'other', values: { a: 'b' } })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('no longer in the keychain')
  })
  await later.secrets.remove({ name: 'mail' })
  await later.secrets.set(mail)
  expect(await reaches(later)).toBe(true)
})

test('a missing or replaced key file is reported', async () => {
  home.keychain.state = 'absent'
  await (await home.open()).secrets.set(mail)
  await writeFile(keyFile(), Buffer.alloc(32, 7))
  await expect(reaches(await home.open())).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await rm(keyFile())
  await expect(reaches(await home.open())).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('several processes that set the first secret at once end up with one key', async () => {
  const platforms = await Promise.all(Array.from({ length: 5 }, () => home.open()))
  await Promise.all(
    platforms.map((platform, index) => platform.secrets.set({ name: `s${index}`, values: { greeting: 'x' } }))
  )
  expect(home.keychain.entries.size).toBe(1)
  const fresh = await home.open()
  await fresh.secrets.set(mail)
  expect(await reaches(fresh)).toBe(true)
  expect(await fresh.secrets.list()).toHaveLength(6)
})

test('each user has separate secrets', async () => {
  const [anna, ben] = [await home.open(), await home.open({ user: 'ben' })]
  await anna.secrets.set(mail)
  expect(await ben.secrets.list()).toEqual([])
  await expect(reaches(ben)).rejects.toMatchObject({ code: 'INVALID' })
  await expect(ben.secrets.remove({ name: 'mail' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
