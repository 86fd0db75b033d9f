/**
 * An app's volume and run folder can be removed no matter what the app did to them, and the app can still stop and
 * start.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { removeTree } from '#adapters/remove-tree.ts'
import type { OpenHome } from '../adapters/local-home.ts'
import { createLocalHome, type LocalHome } from '../adapters/local-home.ts'
import { until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { enginesHere } from './engines.ts'

const isRoot = process.geteuid?.() === 0
const isLinux = process.platform === 'linux'
const posix = process.platform !== 'win32'

/** Runs Python in a folder: it can enter folders whose paths are too long for any call. */
const python = (cwd: string, code: string) => execFileSync('python3', ['-c', code], { cwd })

describe('a folder', () => {
  let root: string
  let folder: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'q8s-removal-'))
    await chmod(root, 0o777)
    folder = join(root, 'volume')
  })
  afterEach(async () => {
    if (isRoot) process.seteuid?.(0)
    await removeTree(root)
  })

  test.runIf(posix)('nested deeper than any path allows, whose link targets stay', async () => {
    await mkdir(folder)
    const precious = join(root, 'precious')
    await mkdir(precious)
    await writeFile(join(precious, 'file'), 'kept')
    python(
      folder,
      `
import os
for depth in range(1000):
    name = "%04d" % depth + "x" * 96
    os.mkdir(name)
    os.symlink(${JSON.stringify(precious)}, "link")
    open("file", "w").close()
    os.chdir(name)
`
    )
    await removeTree(folder)
    expect(existsSync(folder)).toBe(false)
    expect(await readFile(join(precious, 'file'), 'utf8')).toBe('kept')
  })

  test.runIf(isLinux)('with names that are not text, beside pipes and sockets', async () => {
    await mkdir(folder)
    python(
      folder,
      `
import os, socket
os.makedirs(b"\\xff\\xfe/\\xc3/deep")
open(b"\\xff\\xfe/\\xc3/\\x80", "w").close()
open(b"line\\nend \\x1b[31m", "w").close()
os.mkfifo("pipe")
socket.socket(socket.AF_UNIX).bind("socket")
`
    )
    await removeTree(folder)
    expect(existsSync(folder)).toBe(false)
  })

  // Root may do anything, so another user has to try.
  test.runIf(isRoot)('that its owner may not read, nor write, nor enter', async () => {
    process.seteuid?.(65_534)
    await mkdir(join(folder, 'a', 'b', 'c'), { recursive: true })
    await writeFile(join(folder, 'a', 'b', 'file'), '')
    for (const part of ['a/b/c', 'a/b', 'a', '.']) await chmod(join(folder, part), 0)
    await removeTree(folder)
    process.seteuid?.(0)
    expect(existsSync(folder)).toBe(false)
  })

  test.runIf(isRoot && isLinux && canProtect())('with protected files', async () => {
    await mkdir(join(folder, 'sub'), { recursive: true })
    await writeFile(join(folder, 'sub', 'file'), '')
    protect(join(folder, 'sub', 'file'), '+i')
    protect(join(folder, 'sub'), '+i')
    await removeTree(folder)
    expect(existsSync(folder)).toBe(false)
  })

  test.runIf(isRoot)('of another user stays, and the removal gives a clear error', async () => {
    await mkdir(join(folder, 'alien'), { recursive: true })
    await writeFile(join(folder, 'alien', 'file'), '')
    process.seteuid?.(65_534)
    const refused = await removeTree(folder).catch(error => error)
    process.seteuid?.(0)
    expect(refused).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/could not be removed: .*another user/)
    })
  })
})

describe.each(await enginesHere())('what an app of the $kind engine left', ({ skipped, create }) => {
  let home: LocalHome
  let local: OpenHome
  beforeAll(async () => {
    home = await createLocalHome({ engines: [] })
    local = await home.openAll({ engines: [create(home.folders.cache)] })
  })
  afterAll(() => home.remove())

  const runFolder = (id: string) => join(home.folders.state, 'runs', id)

  async function runReady() {
    const app = await importApp(local.platform, {}, { ephemeral: true })
    const { id } = await local.platform.instances.run({ appId: app.id, ephemeral: true })
    await until(local.platform, id, 'ready')
    return id
  }

  test.skipIf(skipped || !posix)('in place of its own files does not block it', async () => {
    const { instances } = local.platform
    const id = await runReady()
    const full = (path: string) => mkdir(join(path, 'full'), { recursive: true })
    const pipe = (path: string) => execFileSync('mkfifo', [path])
    const link = (path: string) => symlink('/dev/zero', path)
    const lie = (path: string) =>
      writeFile(
        path,
        JSON.stringify({ version: 1, phase: 'ready', pid: -1, startedAt: 1e300, readyAt: -1e300 })
      )
    const names = ['state.json', 'config.json', 'docker.json', 'lock', 'children', 'launcher.stderr']
    for (const makers of [
      [full, full, full, full, full, full, full],
      [lie, link, pipe, link, pipe, pipe, pipe]
    ] as const) {
      for (const [index, name] of names.entries()) {
        await replace(join(runFolder(id), name), makers[index] ?? full)
      }
      expect(await instances.list({})).toMatchObject([{ id, state: 'ready' }])
      expect(await instances.stop({ id })).toMatchObject({ state: 'stopped' })
      // If it were made earlier, it would ask the launcher to stop.
      await replace(join(runFolder(id), 'stop'), makers[6])
      await instances.start({ id })
      await until(local.platform, id, 'ready')
    }
    await instances.stop({ id })
    await instances.remove({ id })
    expect(await readdir(join(home.folders.state, 'runs'))).toEqual([])
  })
})

async function replace(path: string, make: (path: string) => unknown): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await make(path)
}

function protect(path: string, flag: '+i' | '-i'): void {
  const command = 'chattr'
  execFileSync(command, [flag, path], { stdio: 'ignore' })
}

/** Not every file system has such flags, and not every container lets root set them. */
function canProtect(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'q8s-protect-'))
  try {
    protect(folder, '+i')
    protect(folder, '-i')
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}
