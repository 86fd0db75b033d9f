/** Compares a project or a bundle with a published bundle: files added, removed and changed, and their text. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inspectBundle } from '#core/bundle/read/index.ts'
import { bundleText, projectText } from '#core/bundle/read/text.ts'
import { bundleEntries, compareEntries, projectEntries } from '#core/bundle/write/compare.ts'
import { writeBundle } from '#core/bundle/write/write.ts'
import { MAX_TEXT_BYTES } from '#shared/bundle.ts'
import { noise, project, temporaryFolder } from './project.ts'

async function published(folder: string): Promise<string> {
  const output = join(temporaryFolder(), 'published.qz')
  await writeBundle({ folder, output })
  return output
}

test('nothing has changed', async () => {
  const folder = project({ 'a.py': 'x = 1\n', 'empty/': '', 'big.bin': noise(300_000) })
  const file = await published(folder)
  const { entries } = await inspectBundle(file)
  expect(await compareEntries(await projectEntries(folder), entries)).toEqual({
    changes: [],
    unchanged: entries.length
  })
  expect((await compareEntries(await bundleEntries(file), entries)).changes).toEqual([])
})

test('each kind of change is reported', async () => {
  const folder = project({ 'gone.py': '1', 'same-size.py': 'x = 1\n', 'longer.py': 'x\n', 'run.sh': 'ls\n' })
  const { entries } = await inspectBundle(await published(folder))
  rmSync(join(folder, 'gone.py'))
  writeFileSync(join(folder, 'same-size.py'), 'x = 2\n')
  writeFileSync(join(folder, 'longer.py'), 'x = 12\n')
  writeFileSync(join(folder, 'new.py'), '')
  chmodSync(join(folder, 'run.sh'), 0o755)
  const { changes } = await compareEntries(await projectEntries(folder), entries)
  expect(changes.map(({ path, change }) => [path, change])).toEqual([
    ['gone.py', 'removed'],
    ['longer.py', 'changed'],
    ['new.py', 'added'],
    ...(process.platform === 'win32' ? [] : [['run.sh', 'mode']]),
    ['same-size.py', 'changed']
  ])
  expect(changes[1]).toMatchObject({ before: { size: 2 }, after: { size: 7 } })
})

test('only the text of files in the bundle is shown', async () => {
  const folder = project({ 'a.py': 'é = 1\n', '.env': 'KEY=1', '.gitignore': '.env\n', 'b.bin': noise(100) })
  writeFileSync(join(folder, 'large.txt'), 'x'.repeat(MAX_TEXT_BYTES + 1))
  const file = await published(folder)
  for (const text of [
    (name: string) => projectText(folder, name),
    (name: string) => bundleText(file, name)
  ]) {
    expect(await text('a.py')).toEqual({ size: 7, text: 'é = 1\n' })
    expect(await text('b.bin')).toMatchObject({ problem: 'binary' })
    expect(await text('large.txt')).toEqual({ size: MAX_TEXT_BYTES + 1, problem: 'large' })
    for (const other of ['.env', '../a.py', '/etc/passwd', 'none.py']) {
      await expect(text(other)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
  }
})
