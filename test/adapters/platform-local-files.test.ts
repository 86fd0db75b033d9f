/** An instance's files on the local platform: readable by the owner only, inside its folders only, within bounds. */
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { listHostFolder, openHostFile } from '#adapters/host-files.ts'
import { createFiles } from '#adapters/platform-local/files.ts'
import { createObserver } from '#adapters/platform-local/instances/observe.ts'
import type { Engine } from '#core/ports.ts'
import { MAX_LISTED, MAX_OPEN_FILES, PIECE_BYTES } from '#shared/instance-files.ts'
import type { Platform } from '#shared/platform.ts'
import { importApp } from '../platform-bundles.ts'
import { createFakeEngine } from './fake-engine.ts'
import { contextIn, createLocalHome, type LocalHome } from './local-home.ts'

const MIB = 1024 * 1024
const engine: Engine = {
  ...createFakeEngine(),
  files: {
    list: ({ runFolder }, parts) => listHostFolder(join(runFolder, 'app'), parts),
    open: ({ runFolder }, parts) => openHostFile(join(runFolder, 'app'), parts)
  }
}
let home: LocalHome
let platform: Platform
let id: string
let app: string
let volume: string

beforeEach(async () => {
  home = await createLocalHome({ engines: [engine] })
  platform = await home.open()
  const options = { runtime: 'VolumeMount = "/data"\nVolumeSize = "1Gi"' }
  const { id: appId } = await importApp(platform, options, { visibility: 'ALL_USERS' })
  id = (await platform.instances.run({ appId, visibility: 'ALL_USERS' })).id
  app = join(home.folders.state, 'runs', id, 'app')
  volume = join(home.folders.state, 'volumes', id)
  await mkdir(app, { recursive: true })
})
afterEach(async () => {
  await platform.instances.stop({ id })
  await home.remove()
})

test('an instance has the folder of its app, and its volume', async () => {
  await writeFile(join(volume, 'b.csv'), 'b')
  await mkdir(join(volume, 'z'))
  const names = async (path: string) =>
    (await platform.files.list({ id, path })).entries.map(({ name, kind }) => `${name} ${kind}`)
  expect(await names('')).toEqual(['app folder', 'volume folder'])
  expect(await names('/volume/')).toEqual(['z folder', 'b.csv file'])
  expect(await platform.files.text({ id, path: 'volume/b.csv' })).toEqual({ size: 1, text: 'b' })
  await expect(platform.files.list({ id, path: 'log' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(platform.files.open({ id, path: '' })).rejects.toMatchObject({ code: 'INVALID' })
})

test('only the owner can read them', async () => {
  const ben = await home.open({ user: 'ben' })
  await expect(ben.instances.get({ id })).resolves.toMatchObject({ id })
  await expect(ben.files.list({ id, path: '' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(ben.files.text({ id, path: 'app/a' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(ben.files.open({ id, path: 'app/a' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

describe.skipIf(process.platform === 'win32')('paths that lead elsewhere', () => {
  test.each(['volume/../secrets', 'volume/./a', '..', 'app/../../x', 'volume/a\0b'])(
    '%j is not a path',
    async path => {
      await expect(platform.files.list({ id, path })).rejects.toMatchObject({ code: 'INVALID' })
    }
  )

  test('links are listed, and not followed', async () => {
    await symlink(home.folders.state, join(volume, 'state'))
    await symlink('nowhere', join(volume, 'gone'))
    const { entries } = await platform.files.list({ id, path: 'volume' })
    expect(entries).toMatchObject([
      { name: 'gone', kind: 'link', target: 'nowhere' },
      { name: 'state', kind: 'link', target: home.folders.state }
    ])
    for (const path of ['volume/state/platform.db', 'volume/state', 'volume/gone']) {
      await expect(platform.files.open({ id, path })).rejects.toMatchObject({ code: 'INVALID' })
    }
    await expect(platform.files.list({ id, path: 'volume/state' })).rejects.toMatchObject({ code: 'INVALID' })
  })
})

describe('has bounds', () => {
  test('a folder of any number of files', { timeout: 60_000 }, async () => {
    for (let from = 0; from <= MAX_LISTED; from += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, at) => writeFile(join(volume, `${from + at}`), '')))
    }
    const { entries, more } = await platform.files.list({ id, path: 'volume' })
    expect(entries).toHaveLength(MAX_LISTED)
    expect(more).toBe(true)
  })

  test('a file that is not text, and one that is too large', async () => {
    await writeFile(join(app, 'bin'), Buffer.from([1, 0, 2]))
    await writeFile(join(app, 'large'), '')
    await truncate(join(app, 'large'), 200 * MIB)
    expect(await platform.files.text({ id, path: 'app/bin' })).toEqual({ size: 3, problem: 'binary' })
    expect(await platform.files.text({ id, path: 'app/large' })).toEqual({
      size: 200 * MIB,
      problem: 'large'
    })
  })

  test('a file is read in pieces, as it was when it was opened', async () => {
    const text = 'x'.repeat(2 * PIECE_BYTES + 5)
    await writeFile(join(app, 'log'), text)
    const { fileId, name, size } = await platform.files.open({ id, path: 'app/log' })
    expect({ name, size }).toEqual({ name: 'log', size: text.length })
    await writeFile(join(app, 'log'), 'more', { flag: 'a' })
    const pieces: Blob[] = []
    for (let end = false; !end; ) {
      const piece = await platform.files.read({ fileId })
      expect(piece.data.size).toBeLessThanOrEqual(2 * PIECE_BYTES)
      pieces.push(piece.data)
      end = piece.end
    }
    expect(await new Blob(pieces).text()).toBe(text)
    await expect(platform.files.read({ fileId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('only a few can be open, and one that is not read is closed', async () => {
    await writeFile(join(app, 'a'), 'a')
    const context = contextIn(home, [engine])
    const files = createFiles(context, createObserver(context), 200)
    const open = () => files.open('anna', { id, path: 'app/a' })
    const opened = await Promise.all(Array.from({ length: MAX_OPEN_FILES }, open))
    await expect(open()).rejects.toMatchObject({ code: 'CONFLICT' })
    const fileId = opened[0]?.fileId ?? ''
    await files.close('ben', fileId)
    await expect(files.read('ben', fileId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(open()).rejects.toMatchObject({ code: 'CONFLICT' })
    await files.close('anna', fileId)
    await open()
    await vi.waitFor(async () => expect((await open()).size).toBe(1))
    await files.closeAll()
    await context.close()
  })
})
