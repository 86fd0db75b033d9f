/** A home on a full or read-only file system: clear errors, nothing half done, and it works again afterwards. */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, open, readdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { homeFolders } from '#core/host/folders.ts'
import type { JobContext } from '#core/jobs/jobs.ts'
import { createDrops } from '#core/project/drop.ts'
import { publish } from '#core/publishing/publish.ts'
import { startProblem } from '#main/hosts/electron/start-problem.ts'
import type { Platform } from '#shared/platform.ts'
import { createFakeEngine } from '../adapters/fake-engine.ts'
import { createLocalHome, type LocalHome } from '../adapters/local-home.ts'
import { makeProject } from '../core/project-folder.ts'
import { until } from '../platform/support.ts'
import { importApp, makeBundle, upload } from '../platform-bundles.ts'

const skipped = mountProblem()
const MIB = 1024 * 1024
const job: JobContext = {
  signal: new AbortController().signal,
  stage: () => {},
  log: () => {},
  found: () => {}
}

describe.skipIf(skipped)(`a home on a small file system${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let home: LocalHome
  let platform: Platform

  beforeEach(async () => {
    home = await createLocalHome({ engines: [] })
    mount(home.root, 'size=12m')
    platform = await home.open()
    await importApp(platform, { version: '0.0.1' })
  })
  afterEach(async () => {
    await home.close()
    for (const name of await readdir(home.root))
      await rm(join(home.root, name), { recursive: true, force: true })
    execFileSync('umount', ['-l', home.root])
    await home.remove()
  })

  const full = {
    code: 'UNAVAILABLE',
    message: expect.stringContaining('full'),
    hint: expect.stringContaining('space')
  }
  const ballast = () => join(home.root, 'ballast')

  /** Leaves `free` bytes. */
  async function fill(free: number): Promise<void> {
    const file = await open(ballast(), 'w')
    const piece = Buffer.alloc(64 * 1024)
    let written = 0
    try {
      for (;;) written += (await file.write(piece)).bytesWritten
    } catch {
      await file.truncate(Math.max(0, written - free))
    } finally {
      await file.close()
    }
  }

  test('an upload that does not fit stops, and continues once there is space', async () => {
    await fill(2 * MIB)
    const bundle = await makeBundle({ files: { 'big.bin': noise(4 * MIB) } })
    await expect(upload(platform, bundle)).rejects.toMatchObject(full)
    await expect(platform.apps.import({ sha256: bundle.sha256 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await platform.apps.list({})).toHaveLength(1)
    await rm(ballast())
    await upload(platform, bundle)
    expect(await platform.apps.import({ sha256: bundle.sha256 })).toMatchObject({ version: '0.1.0' })
  })

  test('an import that cannot be recorded leaves no app, and can be repeated', async () => {
    const bundle = await makeBundle()
    await upload(platform, bundle)
    await fill(0)
    await expect(platform.apps.import({ sha256: bundle.sha256 })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('space')
    })
    expect(await platform.apps.list({})).toHaveLength(1)
    await rm(ballast())
    await platform.apps.import({ sha256: bundle.sha256 })
    expect(await platform.apps.list({})).toHaveLength(2)
  })

  test('publishing a project that does not fit reports it, and works once there is space', async () => {
    const project = await makeProject(join(home.root, 'big'))
    await writeFile(join(project, 'big.bin'), noise(2 * MIB))
    const folders = {
      temporary: join(home.folders.cache, 'bundles'),
      index: join(home.folders.cache, 'index')
    }
    const request = { path: project, visibility: 'PRIVATE', deploy: false, wait: false } as const
    for (const free of [MIB, 2.5 * MIB]) {
      await fill(free)
      await expect(publish(platform, request, folders, job)).rejects.toMatchObject(full)
      expect(await readdir(folders.temporary)).toEqual([])
      await rm(ballast())
    }
    expect(await platform.apps.list({})).toHaveLength(1)
    await publish(platform, request, folders, job)
    expect(await platform.apps.list({})).toHaveLength(2)
  })

  test('an instance without space to start reports it, and is not created', async () => {
    const [app] = await platform.apps.list({})
    const engines = [createFakeEngine()]
    const later = await home.open({ engines })
    await fill(0)
    await expect(later.instances.run({ appId: app?.id ?? '' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.stringContaining('space')
    })
    await rm(ballast())
    expect(await later.instances.list({})).toEqual([])
    const { id } = await later.instances.run({ appId: app?.id ?? '' })
    await later.instances.stop({ id })
  })

  test('no room for another file is a full disk, too, and not a missing folder', async () => {
    const [app] = await platform.apps.list({})
    const later = await home.open({ engines: [createFakeEngine()] })
    const { id } = await later.instances.run({ appId: app?.id ?? '' })
    await later.instances.stop({ id })
    execFileSync('mount', ['-o', 'remount,nr_inodes=300', home.root])
    const folder = join(home.root, 'many')
    await mkdir(folder)
    const fillUp = async () => {
      for (let number = 0; ; number++) await writeFile(join(folder, `${number}`), '')
    }
    await expect(fillUp()).rejects.toMatchObject({ code: 'ENOSPC' })
    await expect(later.instances.run({ appId: app?.id ?? '' })).rejects.toMatchObject(full)
    await rm(folder, { recursive: true })
    expect(await later.instances.list({})).toHaveLength(1)
  })

  test('running instances are listed as they are, although nothing can be recorded', async () => {
    const [app] = await platform.apps.list({})
    const engine = createFakeEngine()
    const later = await home.open({ engines: [engine] })
    const { id } = await later.instances.run({ appId: app?.id ?? '' })
    await until(later, id, 'ready')
    await fill(0)
    await engine.kill(id)
    const failed = { state: 'failed', reason: { code: 'interrupted' } }
    expect(await later.instances.list({})).toMatchObject([failed])
    expect(await later.instances.get({ id })).toMatchObject(failed)
    await rm(ballast())
    expect(await later.instances.list({})).toMatchObject([failed])
    expect(await later.instances.events({ id })).toContainEqual(expect.objectContaining({ kind: 'failed' }))
  })

  test('a dropped file that does not fit is reported, and never stored in part', async () => {
    const drops = createDrops(join(home.folders.state, 'projects'))
    const { dropId } = await drops.begin('peak')
    await fill(2 * MIB)
    const data = new Blob([new Uint8Array(noise(4 * MIB))])
    await expect(drops.file({ dropId, path: 'big.bin', offset: 0, data })).rejects.toMatchObject(full)
    await expect(drops.end(dropId)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('a read-only home is reported', async () => {
    // A second, read-only view: open files prevent the file system itself from becoming read-only.
    const view = await mkdtemp(join(tmpdir(), 'q8s-view-'))
    execFileSync('mount', ['--bind', home.root, view])
    execFileSync('mount', ['-o', 'remount,ro,bind', view])
    const later = await home.open({ folders: homeFolders({ Q8S_HOME: view }) })
    const refused = {
      code: 'FORBIDDEN',
      message: expect.stringMatching(/read-only\.$/),
      hint: expect.stringContaining('Q8S_HOME')
    }
    await expect(later.apps.list({})).rejects.toMatchObject(refused)
    await expect(later.secrets.set({ name: 's', values: { k: 'v' } })).rejects.toMatchObject(refused)
    const none = await home.open({ folders: homeFolders({ Q8S_HOME: join(view, 'not', 'made', 'yet') }) })
    await expect(none.apps.list({})).rejects.toMatchObject(refused)
    expect(await startProblem(join(view, 'not', 'made'))).toMatchObject(refused)
    expect(await startProblem(home.root)).toBeUndefined()
    expect(await readdir(home.root)).not.toContainEqual(expect.stringContaining('probe'))
    execFileSync('umount', ['-l', view])
    await rmdir(view)
  })
})

/** Bytes that do not compress. */
function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size)
  let state = 1
  for (let at = 0; at < size; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes.writeUInt32LE(state, at)
  }
  return bytes
}

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' })
}

function mountProblem(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has small file systems in memory'
  if (process.getuid?.() !== 0) return 'only root may mount'
  try {
    execFileSync('mountpoint', ['-q', '/proc'])
    return undefined
  } catch {
    return 'mounting does not work here'
  }
}
