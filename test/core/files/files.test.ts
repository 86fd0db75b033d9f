/** Files: folders that are hard to remove, and a disk that does not keep what is written. */
import { execFileSync } from 'node:child_process'
import { chmod, chown, lstat, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { removeTree } from '#adapters/remove-tree.ts'
import { createSink } from '#core/bundle/write/sink.ts'
import { fileError, replaceFile, writeWhole } from '#core/files/files.ts'

const NOBODY = 65_534

test.skipIf(process.platform === 'win32')(
  'folders that an app made read-only can still be removed',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'q8s-files-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    // Root may do anything, so the test switches to another user for the call.
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

test.skipIf(process.platform === 'win32')('a pipe is never replaced by a file of the same name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'q8s-files-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const refused = { code: 'INVALID', message: expect.stringMatching(/device or a pipe/) }
  async function* bytes() {
    yield Buffer.from('a')
  }
  await expect(writeWhole(pipe, bytes())).rejects.toMatchObject(refused)
  await expect(createSink(pipe, false)).rejects.toMatchObject(refused)
  await expect(writeWhole(folder, bytes())).rejects.toMatchObject({ code: 'INVALID' })
  expect((await lstat(pipe)).isFIFO()).toBe(true)
  expect(await readdir(folder)).toEqual(['pipe'])
})

test.skipIf(process.platform === 'win32')(
  'folders created for a file are readable by their owner only, whichever file comes first',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'q8s-files-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await replaceFile(join(folder, 'home', 'state', 'projects.json'), '[]')
    const modes = ['home', 'home/state'].map(async name => (await lstat(join(folder, name))).mode & 0o777)
    expect(await Promise.all(modes)).toEqual([0o700, 0o700])
  }
)

test.skipIf(process.platform === 'win32')(
  'a folder in the place of a file, and a name that is too long, are not reported as bugs',
  async () => {
    const error = (path: string) => readFile(path).catch(thrown => fileError(thrown, 'It could not be read'))
    expect(await error(tmpdir())).toMatchObject({ code: 'INVALID' })
    expect(await error(join(tmpdir(), 'x'.repeat(5000)))).toMatchObject({ code: 'INVALID' })
  }
)

test('a file that does not read back as it was written does not replace another one', async () => {
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
