/** Unsaved manifests survive the host that kept them: one for each project, and only a few. */
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDrafts } from '#core/project/drafts.ts'
import { locks } from '../locks.ts'

const draft = (text: string) => ({ text, revision: 'r', base: 'b' })
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-drafts-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('are there for the next host, however the path of the folder was written', async () => {
  await createDrafts(folder, locks).keep('/projects/a', draft('unsaved \u{1f600} שלום'))
  expect(await createDrafts(folder, locks).read('/projects/b/../a')).toEqual(draft('unsaved \u{1f600} שלום'))
  expect(await createDrafts(folder, locks).read('/projects/b')).toBeUndefined()
})

test('the last call wins, however fast the calls come', async () => {
  const drafts = createDrafts(folder, locks)
  const calls = Array.from({ length: 20 }, (_, index) => drafts.keep('/a', draft(String(index))))
  await Promise.all(calls)
  expect(await drafts.read('/a')).toEqual(draft('19'))
  await Promise.all([drafts.keep('/a', draft('more')), drafts.keep('/a', undefined)])
  expect(await drafts.read('/a')).toBeUndefined()
})

test('only the newest are kept, for their user only', async () => {
  const drafts = createDrafts(folder, locks)
  for (let index = 0; index < 60; index += 1) await drafts.keep(`/p/${index}`, draft('x'))
  const files = await readdir(join(folder, 'drafts'))
  expect(files).toHaveLength(50)
  expect(await drafts.read('/p/59')).toBeDefined()
  if (process.platform !== 'win32') {
    expect((await stat(join(folder, 'drafts', files[0] as string))).mode & 0o077).toBe(0)
  }
})

test('a damaged draft counts as none', async () => {
  const drafts = createDrafts(folder, locks)
  await drafts.keep('/a', draft('x'))
  const [file] = await readdir(join(folder, 'drafts'))
  await writeFile(join(folder, 'drafts', file as string), '{"path": "/a", "text"')
  expect(await drafts.read('/a')).toBeUndefined()
})
