/** New projects: the sample under the names its owner gives it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { resourcePath } from '#core/host/resources.ts'
import { createRecentProjects } from '#core/project/recent.ts'
import { createProjects } from '#core/project/service.ts'
import { locks } from '../locks.ts'

test('the sample is copied with the requested names, or those of its folder, and no other byte changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'q8s-init-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const { init } = createProjects(
    createRecentProjects(join(folder, 'state'), locks),
    join(folder, 'own'),
    locks
  )
  const text = (path: string) => readFile(join(path, 'q-app.toml'), 'utf8')
  const sample = await text(resourcePath('samples/hello-wave'))
  const [plain, named] = [join(folder, 'plain'), join(folder, 'named')]
  expect(await init.at({ path: plain, from: 'sample' })).toMatchObject({ name: 'plain', title: 'Plain' })
  const project = await init.at({ path: named, from: 'sample', name: 'me.mine', title: 'My "first"' })
  expect(project).toMatchObject({ name: 'me.mine', title: 'My "first"', version: '1.0.0' })
  const lines = (await text(named)).split('\n')
  const changed = sample.split('\n').filter((line, index) => line !== lines[index])
  expect(changed).toEqual(['Name = "ai.h2o.q.hello-wave"', 'Title = "Hello Wave"'])
})
