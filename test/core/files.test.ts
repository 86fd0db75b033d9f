/** Files and folders that make it hard to remove them. */
import { chmod, chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { removeTree } from '#core/files.ts'

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
