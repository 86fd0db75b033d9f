/** Settings and recent projects in small files: no change is lost when several processes write at once. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSettings } from '#core/host/settings.ts'
import { createRecentProjects } from '#core/project/recent.ts'
import { locks } from '../locks.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-settings-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('changes of settings by two windows at once are both kept', async () => {
  const settings = createSettings(folder, locks)
  await Promise.all([settings.save({ notify: true }), settings.save({ tray: true })])
  expect(await settings.read()).toMatchObject({ notify: true, tray: true })
})

test('projects opened at once are all remembered, the last one first', async () => {
  const recent = createRecentProjects(folder, locks)
  await Promise.all(['/a', '/b', '/c'].map(path => recent.add(path)))
  expect((await recent.list()).map(({ path }) => path)).toEqual(['/c', '/b', '/a'])
})
