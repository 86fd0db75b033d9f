/** Temporary files of killed writers: never bundled, removed by age, and never while they may be in use. */
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { reportFiles } from '#core/bundle/write/report.ts'
import { writeBundle } from '#core/bundle/write/write.ts'
import { replaceFile, rewriteFile } from '#core/files/files.ts'
import { isTemporary, sweepTemporaries, temporaryBeside } from '#core/files/temporary.ts'
import { homeFolders } from '#core/host/folders.ts'
import { createHost } from '#main/compose.ts'
import { makeProject } from '../project-folder.ts'

const OLD = new Date(Date.now() - 2 * 24 * 3_600_000)

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'q8s-temporary-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
})

/** The file that a killed writer of that file left. */
async function leave(path: string, when = new Date()): Promise<string> {
  const left = temporaryBeside(path)
  await mkdir(dirname(left), { recursive: true })
  await writeFile(left, 'half')
  await utimes(left, when, when)
  return basename(left)
}

test('none is bundled, even if an ignore file includes it, and the list of files says why', async () => {
  const folder = await makeProject(join(root, 'app'), { '.q8signore': '!*\n!.*.tmp\n' })
  const left = [
    await leave(join(folder, 'q-app.toml')),
    await leave(join(folder, 'app.qz')),
    await leave(join(folder, 'static', 'logo.png'))
  ]
  const { entries } = await reportFiles(folder)
  const found = entries.filter(({ path }) => left.includes(basename(path)))
  expect(found.map(({ included, reason }) => [included, reason])).toEqual(
    Array(3).fill([false, { code: 'unfinished' }])
  )
  const { count } = await writeBundle({ folder, output: join(root, 'app.qz') })
  const plain = await makeProject(join(root, 'plain'), { '.q8signore': '!*\n!.*.tmp\n' })
  expect(count).toBe((await writeBundle({ folder: plain, output: join(root, 'plain.qz') })).count)
})

test("a user's file that ends in .tmp is an ordinary file", async () => {
  expect(
    ['.cache.tmp', 'a.0123456789ab.tmp', '.a.0123.tmp', '.env.0123456789abc.tmp'].filter(isTemporary)
  ).toEqual([])
})

test('the next write of a file removes what killed writers of it left a day ago, and nothing else', async () => {
  const file = join(root, 'q-app.toml')
  await leave(file, OLD)
  const stays = [await leave(file), await leave(join(root, 'other.toml'), OLD), '.q-app.toml.tmp']
  await writeFile(join(root, '.q-app.toml.tmp'), '')
  await replaceFile(file, 'one')
  expect((await readdir(root)).sort()).toEqual([...stays, 'q-app.toml'].sort())
  await leave(file, OLD)
  await rewriteFile(file, 'two')
  expect((await readdir(root)).sort()).toEqual([...stays, 'q-app.toml'].sort())
})

test('writing a bundle removes what a killed write left, and a missing folder is not an error', async () => {
  const folder = await makeProject(join(root, 'app'))
  await leave(join(root, 'out', 'app.qz'), OLD)
  await writeBundle({ folder, output: join(root, 'out', 'app.qz') })
  expect(await readdir(join(root, 'out'))).toEqual(['app.qz'])
  await sweepTemporaries([join(root, 'none')])
})

test('a host removes temporary files that are a day old from its home at start-up', async () => {
  const { config, state, cache } = homeFolders({ Q8S_HOME: root })
  const places = [
    join(config, 'settings.json'),
    join(state, 'projects.json'),
    join(state, 'drafts', 'a.json'),
    join(state, 'windows', 'view.json'),
    join(state, 'keys', 'secrets.key'),
    join(state, 'projects', 'unpacked'),
    join(cache, 'bundles', 'a.qz'),
    join(cache, 'bundle-index', 'a.bundle.json')
  ]
  for (const place of places) await leave(place, OLD)
  const inUse = await Promise.all(places.map(place => leave(place)))
  await createHost({ kind: 'browser', folders: homeFolders({ Q8S_HOME: root }) }).close()
  const names = await readdir(root, { recursive: true })
  expect(
    names
      .map(name => basename(name))
      .filter(isTemporary)
      .sort()
  ).toEqual(inUse.sort())
})
