/** Dropped folders and bundles: they arrive complete or not at all, and never outside their own folder. */
import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDrops } from '#core/project/drop.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-drop-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const blob = (text: string) => new Blob([text])

describe('drops', () => {
  test('a folder arrives with its files, in pieces', async () => {
    const drops = createDrops(folder)
    const { dropId } = await drops.begin('peak')
    await drops.file({ dropId, path: 'q-app.toml', offset: 0, data: blob('[App]\n') })
    await drops.file({ dropId, path: 'src/run.py', offset: 0, data: blob('print') })
    await drops.file({ dropId, path: 'src/run.py', offset: 5, data: blob('(1)\n') })
    const { path } = await drops.end(dropId)
    expect(path).toBe(join(folder, 'peak'))
    expect(await readFile(join(path, 'src', 'run.py'), 'utf8')).toBe('print(1)\n')
  })

  test('files of a drop whose host was killed are removed by a later drop; a drop in progress stays', async () => {
    for (const name of ['.drop-old', '.drop-young', 'mine']) await mkdir(join(folder, name))
    for (const name of ['.drop-old', 'mine']) await utimes(join(folder, name), 1, 1)
    const { dropId } = await createDrops(folder).begin('peak')
    expect((await readdir(folder)).sort()).toEqual([`.drop-${dropId}`, '.drop-young', 'mine'].sort())
  })

  test('a taken name gets a number, and nothing is overwritten', async () => {
    const drops = createDrops(folder)
    const paths = []
    for (const text of ['one', 'two']) {
      const { dropId } = await drops.begin('Peak')
      await drops.file({ dropId, path: 'a', offset: 0, data: blob(text) })
      paths.push((await drops.end(dropId)).path)
    }
    expect(paths).toEqual([join(folder, 'Peak'), join(folder, 'Peak-2')])
    expect(await readFile(join(folder, 'Peak', 'a'), 'utf8')).toBe('one')
  })

  test('a single bundle becomes a file', async () => {
    const drops = createDrops(folder)
    const { dropId } = await drops.begin('peak.0.1.qz')
    await drops.file({ dropId, path: 'peak.0.1.qz', offset: 0, data: blob('PK') })
    const { path } = await drops.end(dropId)
    expect(path).toBe(join(folder, 'peak.0.1.qz'))
    expect(await readdir(folder)).toEqual(['peak.0.1.qz'])
  })

  test.each(['../up', '/etc/passwd', 'a/../../b', 'C:\\x', 'a\\b', 'nul\u0000', 'a//b', '.', 'a/'])(
    'the path %j is refused, and the drop is gone',
    async path => {
      const drops = createDrops(folder)
      const { dropId } = await drops.begin('peak')
      await expect(drops.file({ dropId, path, offset: 0, data: blob('x') })).rejects.toMatchObject({
        code: 'INVALID'
      })
      expect(await readdir(folder)).toEqual([])
      await expect(drops.end(dropId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
  )

  test.each(['..', 'a/b', '', 'a:b'])('the name %j is refused', async name => {
    await expect(createDrops(folder).begin(name)).rejects.toMatchObject({ code: 'INVALID' })
  })

  test('a missing piece is refused and not filled with zeros', async () => {
    const drops = createDrops(folder)
    const { dropId } = await drops.begin('peak')
    await drops.file({ dropId, path: 'a', offset: 0, data: blob('12') })
    await expect(drops.file({ dropId, path: 'a', offset: 5, data: blob('x') })).rejects.toMatchObject({
      code: 'CONFLICT'
    })
  })

  test('closing removes unfinished drops', async () => {
    const drops = createDrops(folder)
    const { dropId } = await drops.begin('peak')
    await drops.file({ dropId, path: 'a', offset: 0, data: blob('12') })
    await drops.close()
    expect(await readdir(folder)).toEqual([])
  })
})
