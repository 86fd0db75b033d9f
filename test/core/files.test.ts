/** Files: folders that make it hard to remove them, and a disk that does not keep what it is given. */
import { chmod, chown, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { removeTree, replaceFile } from '#core/files.ts'

const NOBODY = 65_534

test.skipIf(process.platform === 'win32')(
  'folders an app has made read-only are removed all the same',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'q8s-files-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    // Root may do anything: be nobody for as long as it takes.
    const isRoot = process.geteuid?.() === 0
    if (isRoot) await chown(folder, NOBODY, NOBODY)
    if (isRoot) process.seteuid?.(NOBODY)
    try {
      const deep = join(folder, 'volume', 'cache', 'deep')
      await mkdir(deep, { recursive: true })
      await writeFile(join(deep, 'file'), '')
      for (const path of [deep, join(folder, 'volume', 'cache')]) await chmod(path, 0o500)
      await removeTree(join(folder, 'volume'))
      expect(await readdir(folder)).toEqual([])
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  }
)

test('a file that does not read back as it was written takes no other file’s place', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'q8s-files-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'q-app.toml')
  await replaceFile(path, 'before')

  const handle = await open(path, 'r')
  const broken = vi.spyOn(Object.getPrototypeOf(handle), 'sync').mockImplementation(async function (
    this: typeof handle
  ) {
    await this.write('B', 0)
  })
  onTestFinished(() => broken.mockRestore())
  await handle.close()
  await expect(replaceFile(path, 'after')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('read back')
  })
  broken.mockRestore()
  expect(await readFile(path, 'utf8')).toBe('before')
  expect(await readdir(folder)).toEqual(['q-app.toml'])
  await replaceFile(path, 'after')
  expect(await readFile(path, 'utf8')).toBe('after')
})
