/**
 * Bundles beyond the old limits of zip: files and offsets over 4 GiB, more than 65,535 entries, a disk that fills up.
 */
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmdirSync,
  statSync,
  writeFileSync,
  writeSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openBundle } from '#core/bundle/read/index.ts'
import { combineCrc } from '#core/bundle/write/crc.ts'
import { reportFiles } from '#core/bundle/write/report.ts'
import { writeBundle } from '#core/bundle/write/write.ts'
import { directoryRecords } from '#core/bundle/write/zip-records.ts'
import { localHeader } from '#core/workers/compress-worker.js'
import { MANIFEST, noise, project, temporaryFolder } from '../core/bundle/project.ts'

const GIB = 1024 ** 3
const HUGE = 4 * GIB + 123_456_789
const BOMB_LIMITS = { ratio: 10_000, harmlessBytes: 64 * GIB }

function has(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, program)))
}

const hasUnzip = has('unzip')
const hasPython = has('python3')
/** Part of the titles, so that a skipped check does not look done. */
const READERS = `read by us, ${hasPython ? 'Python' : 'not Python, which is not here'}, ${hasUnzip ? 'unzip' : 'not unzip, which is not here'}`

/** The entries of an archive as Python reads them: name, size, offset. */
function pythonListing(file: string): [string, number, number][] {
  const script =
    'import json, sys, zipfile\n' +
    'print(json.dumps([(i.filename, i.file_size, i.header_offset) for i in zipfile.ZipFile(sys.argv[1]).infolist()]))'
  return JSON.parse(
    execFileSync('python3', ['-c', script, file], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  )
}

function sparseFile(path: string, size: number): void {
  const descriptor = openSync(path, 'w')
  ftruncateSync(descriptor, size)
  closeSync(descriptor)
}

test(`a file over 4 GiB (${READERS})`, async () => {
  const folder = project()
  sparseFile(join(folder, 'huge.bin'), HUGE)
  const file = join(temporaryFolder(), 'huge.qz')
  await writeBundle({ folder, output: file })
  await expect(openBundle(file)).rejects.toMatchObject({ code: 'INVALID', data: { entry: 'huge.bin' } })
  const bundle = await openBundle(file, { limits: BOMB_LIMITS })
  let size = 0
  for await (const bytes of bundle.stream('huge.bin')) size += bytes.length
  await bundle.close()
  expect(size).toBe(HUGE)
  if (hasPython) expect(pythonListing(file)).toContainEqual(['huge.bin', HUGE, expect.any(Number)])
  if (hasUnzip)
    expect(execFileSync('unzip', ['-t', file], { encoding: 'utf8' })).toContain('No errors detected')
})

test(`an entry that begins beyond 4 GiB (${READERS.replace(/, [^,]*unzip.*$/, '')})`, async () => {
  const file = join(temporaryFolder(), 'far.qz')
  const [first, second] = [Buffer.from('a-hole.bin'), Buffer.from('q-app.toml')]
  const text = Buffer.from(MANIFEST)
  const hole = { method: 0, crc: zerosCrc(HUGE), size: HUGE, compressedSize: HUGE } as const
  const manifest = { method: 0, crc: crc32(text), size: text.length, compressedSize: text.length } as const
  const far = 50 + first.length + HUGE
  const descriptor = openSync(file, 'w')
  writeSync(descriptor, localHeader(first, hole, true), 0, undefined, 0)
  let at = far
  const append = (bytes: Uint8Array) => {
    at += writeSync(descriptor, bytes, 0, bytes.length, at)
  }
  append(localHeader(second, manifest))
  append(text)
  const common = { kind: 'file', mode: 0o644 } as const
  const entries = [
    { path: 'a-hole.bin', ...common, ...hole, offset: 0 },
    { path: 'q-app.toml', ...common, ...manifest, offset: far }
  ]
  for (const record of directoryRecords(entries, at)) append(record)
  closeSync(descriptor)
  const bundle = await openBundle(file)
  expect(Buffer.from(await bundle.read('q-app.toml', 1e6)).toString()).toBe(MANIFEST)
  await bundle.close()
  if (hasPython) expect(pythonListing(file)).toContainEqual(['q-app.toml', text.length, far])
})

function zerosCrc(length: number): number {
  const piece = crc32(new Uint8Array(1024 * 1024))
  let crc = 0
  let done = 0
  for (; done + 1024 * 1024 <= length; done += 1024 * 1024) crc = combineCrc(crc, piece, 1024 * 1024)
  return combineCrc(crc, crc32(new Uint8Array(length - done)), length - done)
}

test(`70,000 entries (${READERS})`, async () => {
  const folder = project()
  for (let group = 0; group < 70; group++) {
    mkdirSync(join(folder, `g${group}`))
    for (let index = 0; index < 1000; index++) writeFileSync(join(folder, `g${group}`, `f${index}`), '')
  }
  const file = join(temporaryFolder(), 'many.qz')
  expect((await writeBundle({ folder, output: file })).count).toBe(70_002)
  const bundle = await openBundle(file)
  await bundle.close()
  expect(bundle.entries).toHaveLength(70_002)
  if (hasPython) expect(pythonListing(file)).toHaveLength(70_002)
  if (hasUnzip) execFileSync('unzip', ['-tqq', file])
})

// If this were quadratic, it would take minutes.
test('secrets are searched for in thousands of files', { timeout: 60_000 }, async () => {
  const folder = project()
  for (let index = 0; index < 10_000; index++) writeFileSync(join(folder, `m${index}.py`), `x = ${index}\n`)
  const { findings } = await reportFiles(folder)
  expect(findings.filter(finding => finding.rule.startsWith('secret'))).toEqual([])
})

/** Why no small file system can be made here. */
function mountProblem(): string | undefined {
  if (process.platform !== 'linux') return 'mounts a tmpfs, which is of Linux'
  if (process.getuid?.() !== 0) return 'mounting a tmpfs takes root'
  const folder = mkdtempSync(join(tmpdir(), 'q8s-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return undefined
  } catch {
    return 'this system does not allow mounts'
  } finally {
    rmdirSync(folder)
  }
}

const noMount = mountProblem()

describe.skipIf(noMount)(`a disk that is too small${noMount ? ` (skipped: ${noMount})` : ''}`, () => {
  test('is reported, and keeps what it held before', async () => {
    const small = temporaryFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small])
    onTestFinished(() => {
      execFileSync('umount', ['-l', small])
    })
    const folder = project({ 'data.bin': noise(1_000_000) })
    const output = join(small, 'out.qz')
    const { size } = await writeBundle({ folder, output })
    writeFileSync(join(folder, 'more.bin'), noise(6_000_000, 5))
    await expect(writeBundle({ folder, output })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('disk is full'),
      hint: expect.stringContaining('space')
    })
    expect(readdirSync(small)).toEqual(['out.qz'])
    expect(statSync(output).size).toBe(size)
  })
})
