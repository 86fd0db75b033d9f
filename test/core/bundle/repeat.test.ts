/** The next bundle of a project reuses what has not changed, and its bytes are the same as without reuse. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { surplus } from '#core/bundle/project-records.ts'
import { writeBundle } from '#core/bundle/write/write.ts'
import { useDriver } from './driver.ts'
import { noise, project, type Tree, temporaryFolder, writeTree } from './project.ts'

const driver = useDriver()
afterEach(() => {
  vi.restoreAllMocks()
})

const FILES = 60
const TREE: Tree = {
  'data/table.csv': Array.from({ length: 150_000 }, (_, row) => `${row},${(row * 31) % 977}\n`).join(''),
  'wheels/a.whl': noise(1_200_000),
  ...Object.fromEntries(
    Array.from({ length: FILES }, (_, index) => [`pkg/m${index}.py`, `x = ${index}\n`.repeat(50)])
  )
}
const ENTRIES = FILES + 4

/** Makes the files look old: only then may they count as unchanged. */
function settle(): void {
  const later = Date.now() + 60_000
  vi.spyOn(Date, 'now').mockImplementation(() => later)
}

function prepare() {
  const folder = project(TREE)
  const output = join(temporaryFolder(), 'out.qz')
  const cacheFolder = join(temporaryFolder(), 'cache')
  const bundle = (more: object = {}) => writeBundle({ folder, output, cacheFolder, ...more })
  /** The same bundle made from scratch. */
  const clean = () => writeBundle({ folder, output: join(temporaryFolder(), 'clean.qz') })
  return { folder, output, cacheFolder, bundle, clean }
}

test('nothing changed: everything is reused, and the bytes are the same', async () => {
  settle()
  const { bundle } = prepare()
  const first = await bundle()
  const again = await bundle()
  expect(first.reused).toBe(0)
  expect(again).toEqual({ ...first, reused: ENTRIES })
})

test('one changed, one added, one removed: only those are compressed', async () => {
  settle()
  const { folder, bundle, clean } = prepare()
  await bundle()
  writeFileSync(join(folder, 'pkg/m7.py'), 'changed = True\n')
  writeFileSync(join(folder, 'pkg/new.py'), 'new = True\n')
  rmSync(join(folder, 'pkg/m9.py'))
  const again = await bundle()
  expect(again.reused).toBe(ENTRIES - 2)
  expect(again.sha256).toBe((await clean()).sha256)
})

test('a large file whose chunks were compressed separately is reused whole', async () => {
  settle()
  const { folder, bundle, clean } = prepare()
  await bundle()
  writeFileSync(join(folder, 'app.py'), '# longer, so that all offsets move\n'.repeat(10))
  const again = await bundle()
  expect(again.reused).toBe(ENTRIES - 1)
  expect(again.sha256).toBe((await clean()).sha256)
})

test('entries larger and smaller than the copy buffer are reused, and checked', async () => {
  settle()
  const { folder, cacheFolder, bundle, clean } = prepare()
  writeTree(folder, { 'wheels/b.whl': noise(9_000_000, 2), 'wheels/c.whl': noise(26_000_000, 3) })
  await bundle()
  writeFileSync(join(folder, 'app.py'), 'print("another")\n')
  const again = await bundle()
  expect(again.sha256).toBe((await clean()).sha256)
  expect(again.reused).toBe(ENTRIES + 1)
  // First no place, so that only the changed byte can matter; then in an entry cut into pieces, and in a shared piece.
  for (const [place, reused] of [
    [undefined, ENTRIES + 1],
    [again.size - 3_000_000, 0],
    [1_000_000, 0]
  ] as const) {
    changeKept(cacheFolder, place)
    expect(await bundle()).toEqual({ ...again, reused })
  }
})

/** Changes a byte of the kept bundle, and updates the record to match everything else about the file. */
function changeKept(cacheFolder: string, place: number | undefined): void {
  const names = readdirSync(cacheFolder)
  const find = (end: string) => join(cacheFolder, names.find(name => name.endsWith(end)) ?? '')
  const [file, record] = [find('.qz'), find('.json')]
  const bytes = readFileSync(file)
  if (place !== undefined) bytes[place] = (bytes[place] ?? 0) ^ 1
  writeFileSync(file, bytes)
  const index = JSON.parse(readFileSync(record, 'utf8'))
  writeFileSync(
    record,
    JSON.stringify({ ...index, bundle: { ...index.bundle, mtimeMs: lstatSync(file).mtimeMs } })
  )
}

test('an edit that keeps size and time is still detected', async () => {
  settle()
  const { folder, bundle, clean } = prepare()
  const file = join(folder, 'pkg/m3.py')
  await bundle()
  const { atime, mtime } = lstatSync(file)
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('3', '4'))
  utimesSync(file, atime, mtime)
  expect((await bundle()).sha256).toBe((await clean()).sha256)
})

test('a file touched just before it was listed never counts as unchanged', async () => {
  const { bundle } = prepare()
  await bundle()
  expect((await bundle()).reused).toBe(0)
})

test('a changed mode is in the bundle', async () => {
  if (process.platform === 'win32') return
  settle()
  const { folder, bundle, clean } = prepare()
  await bundle()
  chmodSync(join(folder, 'pkg/m1.py'), 0o755)
  expect((await bundle()).sha256).toBe((await clean()).sha256)
})

test('a replaced manifest is never mistaken for that of the project', async () => {
  settle()
  const { bundle, clean } = prepare()
  const manifestText = '[App]\nName = "other"\nVersion = "1.0.0"\n[Runtime]\nModule = "app"\n'
  const stamped = await bundle({ manifestText })
  expect((await bundle()).sha256).toBe((await clean()).sha256)
  expect(await bundle({ manifestText })).toEqual({ ...stamped, reused: ENTRIES - 1 })
})

test('the last bundle may be missing from where it was written', async () => {
  settle()
  const { output, bundle } = prepare()
  await bundle()
  rmSync(output)
  expect((await bundle()).reused).toBe(ENTRIES)
})

test.each(['', 'null', '{', '{"format":1}', '{"entries":[[]]}'])(
  'a record of "%s" is ignored',
  async text => {
    settle()
    const { cacheFolder, bundle } = prepare()
    const first = await bundle()
    const [record = ''] = readdirSync(cacheFolder).filter(name => name.endsWith('.json'))
    writeFileSync(join(cacheFolder, record), text)
    expect(await bundle()).toEqual(first)
  }
)

test('a cache folder that cannot be used changes nothing', async () => {
  const { folder, output } = prepare()
  const cacheFolder = join(folder, 'app.py')
  const { count } = await writeBundle({ folder, output, cacheFolder })
  expect(count).toBe(ENTRIES)
})

test('two projects in one cache folder stay separate, as does one that was moved', async () => {
  settle()
  const { folder, cacheFolder, bundle } = prepare()
  await bundle()
  const moved = `${folder}-moved`
  renameSync(folder, moved)
  try {
    const output = join(temporaryFolder(), 'moved.qz')
    expect((await writeBundle({ folder: moved, output, cacheFolder })).reused).toBe(0)
  } finally {
    renameSync(moved, folder)
  }
})

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

test('after a kill at any moment, the output is whole or absent and the next bundle is right', async () => {
  const { folder, output, cacheFolder, clean } = prepare()
  const { sha256 } = await clean()
  for (let round = 0; round < 12; round++) {
    const child = driver.start(folder, output, cacheFolder)
    const exit = once(child, 'exit')
    const timer = setTimeout(() => child.kill('SIGKILL'), 40 + round * 25)
    await exit
    clearTimeout(timer)
    if (existsSync(output)) expect(hashOf(output)).toBe(sha256)
    const next = join(temporaryFolder(), 'next.qz')
    expect((await writeBundle({ folder, output: next, cacheFolder })).sha256).toBe(sha256)
  }
})

test('old records, those beyond the bound of bytes, and orphans are removed', () => {
  const key = (index: number) => index.toString(16).padStart(32, '0')
  const day = 24 * 60 * 60 * 1000
  const files = Array.from({ length: 20 }, (_, index) => [
    { name: `${key(index)}.bundle.json`, size: 10, modified: index },
    { name: `${key(index)}.bundle.qz`, size: 1_000_000_000, modified: index }
  ]).flat()
  const removed = surplus(
    [
      ...files,
      { name: '.old.0123456789ab.tmp', size: 1, modified: 0 },
      { name: '.new.0123456789ab.tmp', size: 1, modified: 2 * day },
      { name: 'readme.txt', size: 1, modified: 0 }
    ],
    2 * day
  )
  // Eight records of a gigabyte each are within the bound.
  expect(removed).toContain(`${key(0)}.bundle.json`)
  expect(removed).toContain(`${key(11)}.bundle.qz`)
  expect(removed).not.toContain(`${key(12)}.bundle.qz`)
  expect(removed).toContain('.old.0123456789ab.tmp')
  expect(removed).not.toContain('.new.0123456789ab.tmp')
  expect(removed).not.toContain('readme.txt')
})
