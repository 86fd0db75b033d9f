/** Writing bundles: the same bytes for the same tree, complete or not at all. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inspectBundle, openBundle } from '#core/bundle/read/index.ts'
import { writeBundle } from '#core/bundle/write/write.ts'
import { useDriver } from './driver.ts'
import { MANIFEST, noise, project, readText, type Tree, temporaryFolder, writeTree } from './project.ts'

const driver = useDriver()
const isRoot = process.getuid?.() === 0
const isPosix = process.platform !== 'win32'

/** A tree large enough for worker threads: batches, chunks that compress, chunks that do not, stored ones. */
const LARGE: Tree = {
  'data/table.csv': Array.from({ length: 200_000 }, (_, row) => `${row},${(row * 7919) % 104_729}\n`).join(
    ''
  ),
  'data/noise.bin': noise(2_500_000),
  'wheels/a-1.0-py3-none-any.whl': noise(1_500_000, 2),
  'static/icon.png': noise(30_000, 3),
  ...Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`pkg/m${index}.py`, `x = ${index}\n`.repeat(index)])
  )
}

function outputFile(): string {
  return join(temporaryFolder(), 'out.qz')
}

async function pathsOf(file: string): Promise<string[]> {
  const bundle = await openBundle(file)
  await bundle.close()
  return bundle.entries.map(entry => entry.path)
}

test('the same tree gives the same bytes in another folder, time zone and order', async () => {
  const one = project(LARGE)
  const two = writeTree(temporaryFolder(), Object.fromEntries(Object.entries(LARGE).reverse()))
  writeFileSync(join(two, 'app.py'), 'print("hello")\n')
  writeFileSync(join(two, 'q-app.toml'), MANIFEST)
  const outputs = [outputFile(), outputFile(), outputFile()] as const
  await driver.run(one, outputs[0], undefined, { TZ: 'Pacific/Auckland', LANG: 'C', LC_ALL: 'C' })
  await driver.run(two, outputs[1], undefined, { TZ: 'America/St_Johns', LC_ALL: 'tr_TR.UTF-8' })
  await writeBundle({ folder: one, output: outputs[2] })
  const [first, ...others] = outputs.map(file => readFileSync(file))
  for (const other of others) expect(other.equals(first as Buffer)).toBe(true)
})

test('the reported facts of a bundle match the file', async () => {
  const folder = project(LARGE)
  const output = outputFile()
  const progress: number[] = []
  const written = await writeBundle({
    folder,
    output,
    onProgress: ({ stage, done, total }) => {
      if (stage === 'compressing') progress.push(done / total)
    }
  })
  const listing = await inspectBundle(output)
  expect(written).toEqual({
    sha256: listing.sha256,
    size: readFileSync(output).length,
    count: listing.entries.length,
    reused: 0
  })
  expect(progress).toEqual([...progress].sort((a, b) => a - b))
  expect(progress.at(-1)).toBe(1)
  expect(progress.length).toBeGreaterThan(5)
})

test('a bundle large enough to be hashed on a thread has the hash of its file, also on the second write', async () => {
  const folder = project({ ...LARGE, 'wheels/b-1.0-py3-none-any.whl': noise(33 * 1024 * 1024, 4) })
  const cacheFolder = temporaryFolder()
  const output = outputFile()
  const first = await writeBundle({ folder, output, cacheFolder })
  expect(first.sha256).toBe((await inspectBundle(output)).sha256)
  writeFileSync(join(folder, 'app.py'), 'print("hello again")\n')
  const again = await writeBundle({ folder, output, cacheFolder })
  expect(again.sha256).toBe((await inspectBundle(output)).sha256)
  expect(again.sha256).not.toBe(first.sha256)
})

test('modes are reduced to whether a file is executable', async () => {
  if (!isPosix) return
  const folder = project({
    'run.sh': { mode: 0o700, content: '' },
    'odd.sh': { mode: 0o775, content: '' },
    'plain.txt': { mode: 0o600, content: '' }
  })
  const output = outputFile()
  await writeBundle({ folder, output })
  const { entries } = await inspectBundle(output)
  const modes = Object.fromEntries(entries.map(entry => [entry.path, entry.mode.toString(8)]))
  expect(modes).toMatchObject({ 'run.sh': '755', 'odd.sh': '755', 'plain.txt': '644' })
})

test('the manifest can be replaced only in the bundle', async () => {
  const folder = project()
  const output = outputFile()
  await writeBundle({ folder, output, manifestText: MANIFEST.replace('0.1.0', '0.1.0-20260102030405') })
  expect((await inspectBundle(output)).manifest?.App.Version).toBe('0.1.0-20260102030405')
  expect(readText(folder, 'q-app.toml')).toBe(MANIFEST)
})

test("a project with only today's app.toml gets it under the guide's name too", async () => {
  const folder = project()
  renameSync(join(folder, 'q-app.toml'), join(folder, 'app.toml'))
  const output = outputFile()
  await writeBundle({ folder, output })
  const bundle = await openBundle(output)
  const [own, given] = [await bundle.read('app.toml', 1e6), await bundle.read('q-app.toml', 1e6)]
  await bundle.close()
  expect(Buffer.from(given).equals(own)).toBe(true)
})

test('an output inside the project is not part of the bundle, nor is the previous one', async () => {
  const folder = project()
  const output = join(folder, 'ai.example.app.0.1.0.qz')
  const first = await writeBundle({ folder, output })
  const second = await writeBundle({ folder, output })
  expect(second.sha256).toBe(first.sha256)
  expect(await pathsOf(output)).toEqual(['app.py', 'q-app.toml'])
  const other = join(folder, 'other.zip')
  await writeBundle({ folder, output: other })
  const third = await writeBundle({ folder, output: other })
  expect(third.sha256).toBe(first.sha256)
})

test('without a manifest the error says how to get one', async () => {
  const folder = temporaryFolder()
  await expect(writeBundle({ folder, output: outputFile() })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    hint: expect.stringContaining('q8s-cli init')
  })
})

test('files that no bundle can have stop it, with the findings', async () => {
  if (!isPosix) return
  const output = outputFile()
  const folder = project({ out: { link: '/etc/passwd' } })
  await expect(writeBundle({ folder, output })).rejects.toMatchObject({
    code: 'INVALID',
    data: { findings: [{ rule: 'link-refused', file: 'out' }] }
  })
  expect(readdirSync(join(output, '..'))).toEqual([])
})

test('a cancelled write leaves the output as it was, and nothing beside it', async () => {
  const folder = project(LARGE)
  const output = outputFile()
  writeFileSync(output, 'before')
  const controller = new AbortController()
  const work = writeBundle({
    folder,
    output,
    signal: controller.signal,
    onProgress: ({ done }) => {
      if (done > 0) controller.abort()
    }
  })
  await expect(work).rejects.toMatchObject({ name: 'AbortError' })
  expect(readdirSync(join(output, '..'))).toEqual(['out.qz'])
  expect(readFileSync(output, 'utf8')).toBe('before')
})

test.each<[string, (file: string) => void]>([
  ['vanishes', file => rmSync(file)],
  ['grows', file => writeFileSync(file, 'more\n', { flag: 'a' })],
  ['shrinks', file => writeFileSync(file, 'x')],
  [
    'becomes a folder',
    file => {
      rmSync(file)
      mkdirSync(file)
    }
  ]
])('a file that %s during the write is named, and nothing is left', async (_, change) => {
  const folder = project({ ...LARGE, 'zz-last.txt': 'here\n' })
  const output = outputFile()
  let changed = false
  const work = writeBundle({
    folder,
    output,
    onProgress: ({ done }) => {
      // The first piece is written. The last is not read yet: only a limited number of pieces is read ahead.
      if (!changed && done > 0) change(join(folder, 'zz-last.txt'))
      changed ||= done > 0
    }
  })
  await expect(work).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('zz-last.txt')
  })
  expect(readdirSync(join(output, '..'))).toEqual([])
})

test('a file that cannot be read is named', async () => {
  if (!isPosix) return
  const folder = project({ 'secret.txt': 'x' })
  chmodSync(join(folder, 'secret.txt'), 0)
  const output = outputFile()
  chmodSync(folder, 0o755)
  chmodSync(join(output, '..'), 0o777)
  // Root may read everything, so the test drops root for the call.
  if (isRoot) process.seteuid?.(65_534)
  const error = await writeBundle({ folder, output }).catch(reason => reason)
  if (isRoot) process.seteuid?.(0)
  expect(error).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('secret.txt') })
})

test('an output that cannot be written is an error with the reason', async () => {
  const folder = project()
  const output = join(folder, 'app.py', 'out.qz')
  await expect(writeBundle({ folder, output })).rejects.toMatchObject({ code: 'INVALID' })
})
