/** Processes that are hard to recognise: they have a launcher's command line but are not ours, or they are ending. */
import { type ChildProcess, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { killLauncher } from '#adapters/engine-process/ending.ts'
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import { findLaunchers, INSTANCE_VARIABLE, isRunning } from '#adapters/engine-process/processes.ts'
import { LauncherConfig } from '#core/platform/run-folder.ts'

const ID = '11111111-2222-4333-8444-555555555555'
let root = ''
const children: ChildProcess[] = []

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'q8s-strangers-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(root, { recursive: true, force: true })
})

/** Starts a process with a launcher's command line, in a folder that claims to be that instance's. */
async function stranger(instanceId: string, options: SpawnOptionsWithoutStdio = {}): Promise<string> {
  const runFolder = join(root, 'runs', ID)
  await mkdir(runFolder, { recursive: true })
  const config = LauncherConfig.parse({
    ...{ version: 1, instanceId, url: 'file:///x', sha256: '', appRoot: '', module: '', name: '' },
    ...{ appVersion: '', envCache: join(root, 'envs'), host: '', port: 1, graceSeconds: 1 },
    log: { segmentBytes: 1, totalBytes: 1 }
  })
  await writeFile(join(runFolder, 'config.json'), JSON.stringify(config))
  const child = spawn('sh', ['-c', 'echo up; read forever', '/launcher.py', runFolder], options)
  children.push(child)
  await once(child.stdout, 'data')
  return runFolder
}

test.skipIf(process.platform === 'win32')(
  'an instance is listed by the folder it runs in, regardless of its configuration',
  async () => {
    const engine = createProcessEngine({ cacheFolder: root })
    await stranger('../../precious')
    expect(await engine.list(join(root, 'runs'))).toEqual([ID])
    expect(await engine.list(join(root, 'copy', 'runs'))).toEqual([])
  }
)

// A shell on macOS does not show its environment.
test.runIf(process.platform === 'linux')(
  'ending an instance here does not end the same instance of a copied home',
  async () => {
    const engine = createProcessEngine({ cacheFolder: root })
    const env = { ...process.env, [INSTANCE_VARIABLE]: ID }
    await stranger(ID, { env })
    const left = spawn('sh', ['-c', 'read forever'], { env })
    children.push(left)
    const ended = once(left, 'exit')
    await engine.remove(ID, join(root, 'copy', ID))
    await ended
    expect(children[0]).toMatchObject({ exitCode: null, signalCode: null })
  }
)

// Only root can switch to another user.
test.runIf(process.geteuid?.() === 0)('a process of another user is not taken for our launcher', async () => {
  const runFolder = await stranger(ID, { uid: 65_534 })
  expect(await findLaunchers()).toContainEqual({ pid: children[0]?.pid, runFolder })
  process.seteuid?.(65_533)
  const found = await findLaunchers().finally(() => process.seteuid?.(0))
  expect(found.filter(launcher => launcher.runFolder === runFolder)).toEqual([])
})

test.runIf(process.geteuid?.() === 0)(
  'a process of another user is reported as one that cannot be ended',
  async () => {
    await stranger(ID, { uid: 65_534 })
    await stranger(ID, { uid: 65_533 })
    const [alien, own] = children.map(child => child.pid ?? 0) as [number, number]
    const ended = once(children[1] as ChildProcess, 'exit')
    process.seteuid?.(65_533)
    const killing = Promise.all([alien, own].map(pid => killLauncher(pid).catch(error => error)))
    const [refused] = await killing.finally(() => process.seteuid?.(0))
    expect(refused).toMatchObject({ code: 'FORBIDDEN', data: { pids: [alien] } })
    await ended
  }
)

// The system takes a moment to free its memory. During that time the process has none of the marks it was started with.
test.runIf(process.platform === 'linux')('an instance that is still ending is waited for', async () => {
  const engine = createProcessEngine({ cacheFolder: root })
  const runFolder = join(root, 'runs', ID)
  await mkdir(runFolder, { recursive: true })
  const large = 'const kept = Buffer.alloc(1 << 30, 1); console.log("up"); setInterval(() => kept, 9999)'
  const child = spawn(process.execPath, ['-e', large], {
    cwd: runFolder,
    env: { ...process.env, [INSTANCE_VARIABLE]: ID }
  })
  children.push(child)
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await engine.remove(ID, runFolder)
  expect(await isRunning(child.pid ?? 0)).toBe(false)
})
