/** Backups: one moment of a home in one file, checked, restored whole or not at all, without losing existing data. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backUp } from '#adapters/home-copy/backup.ts'
import { restore } from '#adapters/home-copy/restore.ts'
import { type HomeFolders, homeFolders } from '#core/host/folders.ts'
import { createSettings } from '#core/host/settings.ts'
import type { BackupReport, Engine, HomeCopies } from '#core/ports.ts'
import { buildChild, startChild } from '../child.ts'
import { locks } from '../core/locks.ts'
import { importApp } from '../platform-bundles.ts'
import { createFakeEngine } from './fake-engine.ts'
import { createFakeKeychain, createLocalHome, type LocalHome } from './local-home.ts'

let home: LocalHome
let file: string
const engine = createFakeEngine()

beforeEach(async () => {
  home = await createLocalHome({ engines: [engine] })
  file = join(home.root, 'out', 'home.backup')
  await mkdir(join(home.root, 'out'))
})
afterEach(() => home.remove())

const base = { onStage: () => {}, signal: new AbortController().signal }

async function backup(
  options: Partial<Parameters<HomeCopies['backup']>[1]> = {},
  from: LocalHome = home
): Promise<BackupReport> {
  const opened = await from.openAll()
  const choice = { volumes: false, withKey: false, ...base, ...options }
  return backUp({ folders: from.folders, version: '1.2.3', home: opened.home }, file, choice)
}

function restoreTo(
  folders: HomeFolders,
  options: Partial<Parameters<HomeCopies['restore']>[1]> = {},
  { keychain = createFakeKeychain(), engines = [] as readonly Engine[] } = {}
) {
  const choice = { replace: false, stop: false, ...base, ...options }
  return restore({ folders, engines, keychain }, file, choice)
}

/** The home as another process sees it: this one keeps the files of a closed database open. */
async function moved(): Promise<HomeFolders> {
  await home.close()
  const root = join(home.root, 'moved')
  for (const name of ['state', 'config'])
    await cp(join(home.root, name), join(root, name), { recursive: true })
  return homeFolders({ Q8S_HOME: root })
}

const elsewhere = () => homeFolders({ Q8S_HOME: join(home.root, 'elsewhere') })

async function fill(): Promise<void> {
  const { platform, runOptions } = await home.openAll()
  await createSettings(home.folders.config, locks).save({ user: 'anna' })
  await importApp(platform)
  await platform.secrets.set({ name: 'mail', values: { key: 'very-secret' } })
  await runOptions.save('/home/anna/peak', { env: [{ name: 'A', value: 'plain' }] })
  await mkdir(join(home.folders.state, 'drafts'), { recursive: true })
  await writeFile(join(home.folders.state, 'drafts', 'a.json'), '{}')
  await mkdir(join(home.folders.state, 'volumes', 'one', 'empty'), { recursive: true })
  await writeFile(join(home.folders.state, 'volumes', 'one', 'data'), 'of an app')
}

/** What a platform in these folders knows. */
async function contentOf(folders: HomeFolders, keychain = home.keychain) {
  const { platform, secretValues } = await home.openAll({ folders, keychain })
  const apps = await platform.apps.list({})
  for (const { id } of apps) await platform.apps.contents({ id })
  return { apps, secrets: await platform.secrets.list({}), values: await secretValues() }
}

describe('a backup', () => {
  test('holds everything that must not be lost, is readable by its owner only, and restores to the same', async () => {
    home.keychain.state = 'absent'
    await fill()
    expect(await backup()).toMatchObject({ key: 'included', volumes: false })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(home.root, 'out'))).toEqual(['home.backup'])
    const before = await contentOf(home.folders)
    expect(await restoreTo(elsewhere())).toMatchObject({ key: 'file', aside: [] })
    expect(await contentOf(elsewhere())).toEqual(before)
    expect(before.values.values).toContain('very-secret')
    expect(existsSync(join(elsewhere().state, 'drafts', 'a.json'))).toBe(true)
    expect(existsSync(join(elsewhere().state, 'volumes'))).toBe(false)
    expect(await createSettings(elsewhere().config, locks).read()).toMatchObject({ user: 'anna' })
  })

  test('holds volumes on request', async () => {
    await fill()
    await backup({ volumes: true })
    await restoreTo(elsewhere())
    expect(await readFile(join(elsewhere().state, 'volumes', 'one', 'data'), 'utf8')).toBe('of an app')
    expect(existsSync(join(elsewhere().state, 'volumes', 'one', 'empty'))).toBe(true)
  })

  test('leaves the key in the keychain, or holds it on request', async () => {
    await fill()
    expect(await backup()).toMatchObject({ key: 'keychain' })
    expect(await restoreTo(elsewhere())).toMatchObject({ key: 'missing' })
    expect((await contentOf(elsewhere(), createFakeKeychain())).values).toMatchObject({
      values: [],
      problem: {}
    })
    await backup({ withKey: true })
    const keychain = createFakeKeychain()
    const folders = homeFolders({ Q8S_HOME: join(home.root, 'third') })
    expect(await restoreTo(folders, {}, { keychain })).toMatchObject({ key: 'keychain' })
    expect((await contentOf(folders, keychain)).values.values).toContain('very-secret')
    expect(await readdir(join(folders.state, 'keys'))).toEqual([])
  })

  test('is of one moment, also while apps come and go', async () => {
    const { platform } = await home.openAll()
    const done = new AbortController()
    const working = (async () => {
      for (let number = 0; !done.signal.aborted; number++) {
        const { id } = await importApp(platform, { version: `0.0.${number}` })
        await platform.secrets.set({ name: `s${number}`, values: { a: 'x', b: 'y' } })
        if (number % 2) await platform.apps.remove({ id })
      }
    })()
    for (let round = 0; round < 3; round++) {
      await backup()
      const folders = homeFolders({ Q8S_HOME: join(home.root, `round-${round}`) })
      await restoreTo(folders)
      const { secrets } = await contentOf(folders)
      for (const { keys } of secrets) expect(keys).toEqual(['a', 'b'])
    }
    done.abort()
    await working
  })

  test('of a damaged bundle is refused, with the bundle named', async () => {
    await fill()
    const [name = ''] = await readdir(join(home.folders.state, 'bundles'))
    await writeFile(join(home.folders.state, 'bundles', name), 'no bundle')
    await expect(backup()).rejects.toMatchObject({ message: expect.stringContaining(name) })
    await rm(join(home.folders.state, 'bundles', name))
    await expect(backup()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(name)
    })
    expect(existsSync(file)).toBe(false)
  })

  test('of a damaged home is refused, and the last good one stays', async () => {
    await fill()
    await backup()
    const good = await readFile(file)
    await home.close()
    await truncate(join(home.folders.state, 'platform.db'), 8192)
    await expect(backup()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect((await readFile(file)).equals(good)).toBe(true)
    expect(await readdir(join(home.root, 'out'))).toEqual(['home.backup'])
  })
})

describe('a restore', () => {
  test('refuses an existing home, and keeps it when it replaces it', async () => {
    await fill()
    await backup()
    const folders = await moved()
    await expect(restoreTo(folders)).rejects.toMatchObject({
      code: 'CONFLICT',
      hint: expect.stringContaining('--yes')
    })
    await writeFile(join(folders.state, 'drafts', 'later.json'), '{}')
    const { aside } = await restoreTo(folders, { replace: true })
    expect(aside).toHaveLength(2)
    expect(await readdir(join(aside[1] ?? '', 'drafts'))).toEqual(['a.json', 'later.json'])
    expect(await readdir(join(folders.state, 'drafts'))).toEqual(['a.json'])
    expect((await contentOf(folders)).apps).toHaveLength(1)
  })

  test('of a truncated or changed file is refused before anything is touched', async () => {
    await fill()
    await backup()
    await home.close()
    const whole = await readFile(file)
    // SQLite removes the files beside the database when it closes it.
    const there = async () =>
      (await readdir(home.folders.state)).filter(name => !name.startsWith('platform.db-'))
    const before = await there()
    for (let number = 1; number <= 40; number++) {
      const at = Math.floor((whole.length * number) / 41)
      const bytes = Buffer.from(whole)
      if (number % 2) bytes[at] = (bytes[at] ?? 0) ^ (1 << (number % 8))
      await writeFile(file, number % 2 ? bytes : whole.subarray(0, at))
      // The padding of a tar is not part of any file.
      const outcome = await restoreTo(elsewhere()).then(
        () => 'restored',
        error => error.code ?? error.stack
      )
      if (outcome === 'restored') await rm(join(home.root, 'elsewhere'), { recursive: true })
      else expect(outcome, `at ${at}`).toBe('INVALID')
      if (number % 2 === 0) expect(outcome).toBe('INVALID')
    }
    for (const text of ['', 'no tar at all'.repeat(1000)]) {
      await writeFile(file, text)
      await expect(restoreTo(home.folders, { replace: true })).rejects.toMatchObject({ code: 'INVALID' })
    }
    expect(await there()).toEqual(before)
  })

  test('refuses while instances run, and stops them on request', async () => {
    await fill()
    await backup()
    const { platform } = await home.openAll()
    const [app] = await platform.apps.list({})
    const { id } = await platform.instances.run({ appId: app?.id ?? '' })
    const folders = await moved()
    const engines = { engines: [engine] }
    await expect(restoreTo(folders, { replace: true }, engines)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(id)
    })
    await restoreTo(folders, { replace: true, stop: true }, engines)
    expect(await engine.list('')).toEqual([])
  })

  test('refuses while another process has the home open', { timeout: 60_000 }, async () => {
    await fill()
    await backup()
    await home.close()
    const program = await buildChild('fixtures/jobs-child.ts')
    const host = startChild(program, ['a', '0', 'hangs'], { ...process.env, Q8S_HOME: home.root })
    const lines = createInterface({ input: host.stdout as NodeJS.ReadableStream })
    host.stdin?.end()
    for await (const line of lines) if (line === 'hangs') break
    await expect(restoreTo(home.folders, { replace: true })).rejects.toMatchObject({
      code: 'CONFLICT',
      hint: expect.stringContaining('Close its windows')
    })
    const exit = once(host, 'exit')
    host.kill('SIGKILL')
    await exit
  })

  test('killed between its renames leaves no empty home', async () => {
    await fill()
    await home.close()
    const { state } = home.folders
    await rename(state, `${state}.before`)
    await mkdir(`${state}.restoring`)
    const platform = await home.open()
    await expect(platform.apps.list({})).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('q8s-cli restore')
    })
    expect(existsSync(state)).toBe(false)
  })
})
