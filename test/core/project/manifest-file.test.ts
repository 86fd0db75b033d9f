/** The manifest on disk: found, saved only over the version that was read, and watched. */
import { writeFileSync } from 'node:fs'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  changeManifest,
  findManifest,
  readManifest,
  restoreManifest,
  saveManifest,
  watchManifest
} from '#core/project/manifest-file.ts'
import { locks } from '../locks.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-manifest-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const manifest = () => join(folder, 'q-app.toml')

describe('the manifest file', () => {
  test('is found by its folder and by its own path; q-app.toml wins over app.toml', async () => {
    await writeFile(join(folder, 'app.toml'), '')
    expect(await findManifest(folder)).toEqual({ folder, file: 'app.toml' })
    await writeFile(manifest(), '')
    expect(await findManifest(folder)).toEqual({ folder, file: 'q-app.toml' })
    expect(await findManifest(manifest())).toEqual({ folder, file: 'q-app.toml' })
  })

  test('a folder without one is NOT_FOUND, and the hint names init', async () => {
    await expect(findManifest(folder)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('init')
    })
  })

  test('is not saved over a change by another program', async () => {
    await writeFile(manifest(), 'one')
    const at = await findManifest(folder)
    const { revision } = await readManifest(at)
    await writeFile(manifest(), 'theirs')
    await expect(saveManifest(locks, at, 'mine', revision)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await readFile(manifest(), 'utf8')).toBe('theirs')
  })

  test('a change by an editor without locks is not overwritten, however late it is saved', async () => {
    await writeFile(manifest(), 'one')
    const at = await findManifest(folder)
    const saving = changeManifest(locks, at, () => {
      writeFileSync(manifest(), 'theirs')
      return 'mine'
    })
    await expect(saving).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await readFile(manifest(), 'utf8')).toBe('theirs')
    expect(await readdir(folder)).toEqual(['q-app.toml'])
  })

  test('saving returns the new revision of the file', async () => {
    await writeFile(manifest(), 'one')
    const at = await findManifest(folder)
    const saved = await saveManifest(locks, at, 'two\r\n', (await readManifest(at)).revision)
    expect(saved).toBe((await readManifest(at)).revision)
    expect(await readFile(manifest(), 'utf8')).toBe('two\r\n')
  })

  test.runIf(process.platform !== 'win32')('that is a link stays a link, with its permissions', async () => {
    await writeFile(join(folder, 'kept.toml'), 'one', { mode: 0o600 })
    await symlink('kept.toml', manifest())
    const at = await findManifest(folder)
    await saveManifest(locks, at, 'two', (await readManifest(at)).revision)
    expect(await readlink(manifest())).toBe('kept.toml')
    expect(await readFile(join(folder, 'kept.toml'), 'utf8')).toBe('two')
    expect((await stat(manifest())).mode & 0o777).toBe(0o600)
  })

  test.runIf(process.platform !== 'win32')(
    'nothing is written through a link out of the project',
    async () => {
      const project = join(folder, 'project')
      const elsewhere = join(folder, 'precious')
      await mkdir(project)
      await writeFile(elsewhere, 'one')
      await symlink(elsewhere, join(project, 'q-app.toml'))
      const at = await findManifest(project)
      await saveManifest(locks, at, 'two', (await readManifest(at)).revision)
      expect(await readFile(elsewhere, 'utf8')).toBe('one')
      expect(await readFile(join(project, 'q-app.toml'), 'utf8')).toBe('two')
    }
  )

  test('is written again if it was removed, but not over an existing file', async () => {
    const at = { folder, file: 'q-app.toml' }
    const revision = await restoreManifest(locks, at, 'anew')
    expect(await readManifest(at)).toMatchObject({ revision, bytes: Buffer.from('anew') })
    await expect(restoreManifest(locks, at, 'again')).rejects.toMatchObject({ code: 'CONFLICT' })
    await expect(restoreManifest(locks, { ...at, folder: join(folder, 'gone') }, 'x')).rejects.toMatchObject({
      code: 'NOT_FOUND'
    })
    expect(await readFile(manifest(), 'utf8')).toBe('anew')
  })

  test('a watcher sees changes, replacement and removal, and ends with its signal', async () => {
    await writeFile(manifest(), 'one')
    const at = await findManifest(folder)
    const controller = new AbortController()
    const events = watchManifest(at, controller.signal)
    const revision = async () => (await events.next()).value?.revision
    expect(await revision()).toBe((await readManifest(at)).revision)
    await writeFile(join(folder, 'new'), 'two')
    await rename(join(folder, 'new'), manifest())
    expect(await revision()).toBe((await readManifest(at)).revision)
    await rm(manifest())
    expect(await revision()).toBe('')
    const last = events.next()
    controller.abort()
    expect((await last).done).toBe(true)
  })

  test('is polled if its folder cannot be watched', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const end = new AbortController()
    const later = join(folder, 'later')
    const changes = watchManifest({ folder: later, file: 'q-app.toml' }, end.signal)
    expect(await changes.next()).toMatchObject({ value: { revision: '' } })
    const next = changes.next()
    await mkdir(later)
    await writeFile(join(later, 'q-app.toml'), 'one')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await next).toMatchObject({ value: { revision: expect.stringMatching(/^[0-9a-f]{64}$/) } })
    const last = changes.next()
    end.abort()
    expect(await last).toMatchObject({ done: true })
  })
})
