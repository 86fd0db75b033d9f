/** Recent projects survive the host: the pinned ones first and always, then the newest of the others. */
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRecentProjects } from '#core/project/recent.ts'
import { MAX_PINNED } from '#shared/project.ts'
import { locks } from '../locks.ts'

const NOBODY = 65_534

let folder: string
const paths = async () => (await createRecentProjects(folder, locks).list()).map(({ path }) => path)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-recent-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('pinned projects come first, in the order they were pinned, whichever is opened', async () => {
  const recent = createRecentProjects(folder, locks)
  for (const path of ['/a', '/b', '/c', '/d']) await recent.add(path)
  expect(await paths()).toEqual(['/d', '/c', '/b', '/a'])
  await recent.pin('/b', true)
  await recent.pin('/d', true)
  await recent.pin('/d', true)
  expect((await recent.add('/d')).pinned).toBe(true)
  await recent.add('/a')
  expect(await paths()).toEqual(['/b', '/d', '/a', '/c'])
  await recent.pin('/b', false)
  expect(await paths()).toEqual(['/d', '/b', '/a', '/c'])
})

test.skipIf(process.platform === 'win32')(
  'a project can be opened even if the home is read-only',
  async () => {
    const recent = createRecentProjects(join(folder, 'state'), locks, () => new Date(0))
    // Root may do anything, so the test switches to another user for the call.
    const isRoot = process.geteuid?.() === 0
    if (isRoot) await chown(folder, NOBODY, NOBODY)
    await chmod(folder, 0o500)
    if (isRoot) process.seteuid?.(NOBODY)
    try {
      const entry = { path: '/a', openedAt: new Date(0).toISOString(), pinned: false }
      expect(await recent.add('/a')).toEqual(entry)
      await expect(recent.forget('/a')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    } finally {
      if (isRoot) process.seteuid?.(0)
      await chmod(folder, 0o700)
    }
  }
)

test('a pinned project stays, however many are opened', async () => {
  const recent = createRecentProjects(folder, locks)
  await recent.add('/kept')
  await recent.pin('/kept', true)
  for (let index = 0; index < 60; index += 1) await recent.add(`/p/${index}`)
  const known = await paths()
  expect(known).toHaveLength(51)
  expect(known.slice(0, 2)).toEqual(['/kept', '/p/59'])
  await recent.forget('/kept')
  expect(await paths()).not.toContain('/kept')
})

test('only a limited number can be pinned, and only opened projects', async () => {
  const recent = createRecentProjects(folder, locks)
  for (let index = 0; index <= MAX_PINNED; index += 1) await recent.add(`/p/${index}`)
  for (let index = 0; index < MAX_PINNED; index += 1) await recent.pin(`/p/${index}`, true)
  await expect(recent.pin(`/p/${MAX_PINNED}`, true)).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(recent.pin('/elsewhere', true)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await recent.list()).filter(({ pinned }) => pinned)).toHaveLength(MAX_PINNED)
})

test('a list of an earlier version has no pinned projects', async () => {
  await writeFile(join(folder, 'projects.json'), '[{ "path": "/a", "openedAt": "2026-01-01T00:00:00.000Z" }]')
  expect(await createRecentProjects(folder, locks).list()).toMatchObject([{ path: '/a', pinned: false }])
})
