/** The tests that every engine must pass. */
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Engine, RunSpec } from '#core/ports.ts'
import { buildChild, startChild } from '../child.ts'
import {
  ask,
  type Bundle,
  createWorkbench,
  freePort,
  manifestText,
  processesIn,
  readLog,
  untilEnded,
  untilPhase,
  WEB_APP,
  type Workbench
} from './engine-support.ts'
import { indexProblem, startPackageIndex } from './package-index.ts'

export interface EngineUnderTest {
  readonly kind: Engine['kind']
  /** Why the engine cannot be tested here; part of the title. */
  readonly skipped?: string | undefined
  readonly image?: string | undefined
  create(cacheFolder: string, env?: NodeJS.ProcessEnv): Engine
  /** Everything that the engine or this computer still has of an instance. */
  leftovers(spec: RunSpec): Promise<readonly string[]>
  /** Kills the launcher itself, as a crash or the system would. */
  killLauncher(spec: RunSpec): Promise<void>
  /** The paths of bundle and environment as the app sees them. */
  placesInApp(spec: RunSpec): { appRoot: string; environment: unknown }
  /** The volume's path as the app sees it. */
  volumeInApp(spec: RunSpec): string
}

const MIB = 1024 * 1024
/** A limit in milliseconds for work that takes one second on an idle computer. */
const PATIENCE = { timeout: 30_000 }

const withoutIndex = await indexProblem()

export function engineSuite(under: EngineUnderTest): void {
  const title = `${under.kind} engine${under.skipped ? ` (skipped: ${under.skipped})` : ''}`

  describe.skipIf(under.skipped)(title, () => {
    let bench: Workbench
    let engine: Engine
    let bundle: Bundle
    const started: RunSpec[] = []
    const runs = () => join(bench.root, 'instances')

    beforeAll(async () => {
      bench = await createWorkbench(`engine-${under.kind}`)
      engine = under.create(bench.cacheFolder)
      bundle = await bench.bundle({ 'q-app.toml': manifestText('web'), 'web.py': WEB_APP })
    })
    afterEach(async () => {
      for (const spec of started.splice(0)) await engine.remove(spec.instanceId, spec.runFolder)
    })
    afterAll(async () => {
      for (const id of await engine.list(runs())) await engine.remove(id, join(runs(), id))
      await bench.remove()
    })

    async function specOf(changes: Partial<RunSpec> = {}): Promise<RunSpec> {
      const spec = await bench.spec(bundle, changes)
      started.push(spec)
      return spec
    }

    async function startReady(changes: Partial<RunSpec> = {}): Promise<RunSpec> {
      const spec = await specOf(changes)
      await engine.start(spec)
      await untilPhase(spec, ['ready'])
      return spec
    }

    const statusOf = (spec: RunSpec) => engine.status(spec.instanceId, spec.runFolder)
    const stop = (spec: RunSpec, grace = 10) => engine.stop(spec.instanceId, spec.runFolder, grace)

    test('reports that it is available', async () => {
      expect(await engine.check()).toMatchObject({ available: true })
    })

    test('runs a bundle until it answers, and copies its output to the log', async () => {
      const spec = await specOf()
      expect(await statusOf(spec)).toEqual({ kind: 'absent' })
      await engine.start(spec)
      expect(await statusOf(spec)).toMatchObject({ kind: 'running' })
      const { facts } = await untilPhase(spec, ['ready'])
      expect(facts).toMatchObject({ module: spec.manifest.module, ...under.placesInApp(spec) })
      expect(facts?.python).toMatch(/^3\.\d+\.\d+/)
      expect(await ask(spec)).toBe('hello from the app')
      await ask(spec, '/say?text=a-line-of-the-app')
      await vi.waitFor(
        async () => expect(await readLog(spec)).toContain('stdout F a-line-of-the-app\n'),
        PATIENCE
      )
      expect(await engine.list(runs())).toContain(spec.instanceId)
    })

    test('gives the app its environment, and nothing else of this computer', async () => {
      const env = {
        ...process.env,
        Q8S_TEST_LEAK: 'leaked',
        AWS_SECRET_ACCESS_KEY: 'leaked',
        DISPLAY: 'leaked'
      }
      const spec = await specOf({ env: { GREETING: 'héllo\n"wörld"', EMPTY: '', 'dotted.name': 'kept' } })
      await under.create(bench.cacheFolder, env).start(spec)
      await untilPhase(spec, ['ready'])
      const seen = (await ask(spec, '/env')) as Record<string, string>
      expect(seen).toMatchObject({ GREETING: 'héllo\n"wörld"', EMPTY: '', 'dotted.name': 'kept' })
      expect(JSON.stringify(seen)).not.toContain('leaked')
      expect(seen.PATH).toBeTruthy()
    })

    test.skipIf(withoutIndex)(
      `installs from this computer's index, with its certificates, and tells nobody its password${withoutIndex ? ` (skipped: ${withoutIndex})` : ''}`,
      async () => {
        const index = await startPackageIndex()
        try {
          const needing = await bench.bundle({
            'q-app.toml': manifestText('web'),
            'requirements.txt': 'q8s-probe==1.0\n',
            'web.py': `import q8s_probe\n${WEB_APP.replace('"hello from the app"', 'q8s_probe.ANSWER')}`
          })
          const spec = await specOf({ bundle: needing })
          await under.create(bench.cacheFolder, index.env).start(spec)
          await untilPhase(spec, ['ready'])
          expect(await ask(spec)).toBe(42)
          expect(index.served).toContain('/simple/q8s-probe/')
          for (const name of ['config.json', 'state.json']) {
            expect(await readFile(join(spec.runFolder, name), 'utf8')).not.toContain(index.password)
          }
          expect(await readLog(spec)).not.toContain(index.password)
        } finally {
          await index.close()
        }
      }
    )

    test.skipIf(withoutIndex)('reports if packages can be installed, in the words of a run', async () => {
      const index = await startPackageIndex()
      const test = (env: NodeJS.ProcessEnv) => under.create(bench.cacheFolder, env).testConnection()
      try {
        expect(await test(index.env)).toMatchObject({ ok: true, message: expect.stringContaining('six') })
        expect(index.served).toContain('/simple/six/')
        const { PIP_CERT, ...untrusting } = index.env
        expect(await test(untrusting)).toMatchObject({
          ok: false,
          message: expect.stringContaining('certificate')
        })
        const silent = await test({
          ...index.env,
          PIP_INDEX_URL: `https://me:${index.password}@localhost:9/simple/`
        })
        expect(silent).toMatchObject({ ok: false, message: expect.stringContaining('cannot be reached') })
        expect(JSON.stringify(silent)).not.toContain(index.password)
      } finally {
        await index.close()
      }
    })

    test('measures the running app, and nothing else', async () => {
      const spec = await startReady()
      const other = await specOf()
      await ask(spec, '/burn')
      const measured = await vi.waitFor(async () => {
        const metrics = await engine.metrics([spec, other])
        expect(metrics.get(spec.instanceId)?.memoryUsed).toBeGreaterThan(1 * MIB)
        return metrics
      }, PATIENCE)
      expect(measured.get(spec.instanceId)?.cpuSeconds).toBeGreaterThan(0.5)
      expect(measured.get(spec.instanceId)?.cpuSeconds).toBeLessThan(60)
      expect(measured.has(other.instanceId)).toBe(false)
      await stop(spec)
      const after = await engine.metrics([spec])
      expect(after.get(spec.instanceId)?.cpuSeconds).toBeUndefined()
    })

    test('keeps the volume and the log over stop and start', async () => {
      const volumeFolder = join(bench.root, 'volume')
      await mkdir(volumeFolder)
      const spec = await startReady({
        volumeFolder,
        manifest: { name: 'a', version: '1.0.0', module: 'web', volumeMount: '/data' }
      })
      const folder = encodeURIComponent(under.volumeInApp(spec))
      expect(await ask(spec, `/count?folder=${folder}`)).toBe(1)
      await ask(spec, '/say?text=first-run')
      await stop(spec)
      expect(await statusOf(spec)).toMatchObject({ kind: 'exited', outOfMemory: false })
      await expect(ask(spec)).rejects.toThrow()
      const again = { ...spec, port: await freePort() }
      await engine.start(again)
      await untilPhase(again, ['ready'])
      expect(await ask(again, `/count?folder=${folder}`)).toBe(2)
      expect(await readLog(again)).toContain('first-run')
    })

    test('stop lets the launcher report how it ended; a stubborn app is killed after the grace time', async () => {
      const spec = await startReady({ env: { STUBBORN: '1' } })
      await stop(spec, 1)
      expect((await statusOf(spec)).kind).not.toBe('running')
      const polite = await startReady()
      await stop(polite)
      expect(await untilPhase(polite, ['ended'])).toMatchObject({ exit: { code: 'stopped-by-user' } })
      await stop(polite)
      expect(
        await under.leftovers(polite).then(left => left.filter(text => !text.includes('exited')))
      ).toEqual([])
    })

    test('an app that exceeds its memory limit ends as out of memory', async () => {
      const spec = await startReady({ memoryLimit: 128 * MIB, memoryReservation: 64 * MIB })
      await ask(spec, '/eat')
      expect(await untilEnded(engine, spec)).toMatchObject({ kind: 'exited', outOfMemory: true })
      expect(await untilPhase(spec, ['ended'])).toMatchObject({ exit: { code: 'out-of-memory' } })
    })

    test('a taken port is a conflict, and leaves nothing behind', async () => {
      const spec = await specOf()
      const holder = createServer().listen(spec.port, '127.0.0.1')
      await once(holder, 'listening')
      const failed = expect(engine.start(spec)).rejects
      await failed.toMatchObject({ code: 'CONFLICT', data: { port: spec.port } })
      expect(await under.leftovers(spec)).toEqual([])
      expect(await statusOf(spec)).toEqual({ kind: 'absent' })
      holder.close()
      await once(holder, 'close')
      await engine.start(spec)
      await untilPhase(spec, ['ready'])
    })

    test('two instances on one port: the second gets an error', async () => {
      const first = await startReady()
      const second = await specOf({ port: first.port })
      await expect(engine.start(second)).rejects.toMatchObject({
        code: 'CONFLICT',
        data: { port: first.port }
      })
      expect(await under.leftovers(second)).toEqual([])
      expect(await ask(first)).toBe('hello from the app')
    })

    test('two starts of one instance at once: one runs', async () => {
      const spec = await specOf()
      const other = under.create(bench.cacheFolder)
      const results = await Promise.allSettled([engine.start(spec), other.start(spec)])
      expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(results.find(result => result.status === 'rejected')).toMatchObject({
        reason: { code: 'CONFLICT' }
      })
      await untilPhase(spec, ['ready'])
      expect(await ask(spec)).toBe('hello from the app')
      await expect(engine.start(spec)).rejects.toMatchObject({ code: 'CONFLICT' })
    })

    test('an instance whose starter was killed is found again, and can be stopped', async () => {
      const spec = await specOf()
      const order = { kind: under.kind, cacheFolder: bench.cacheFolder, image: under.image, spec }
      const starter = startChild(await buildChild('fixtures/engine-starter-child.ts'), [
        JSON.stringify(order)
      ])
      const [line] = await once(createInterface({ input: starter.stdout as Readable }), 'line')
      expect(line).toBe('started')
      starter.kill('SIGKILL')
      await once(starter, 'exit')
      await untilPhase(spec, ['ready'])
      const found = under.create(bench.cacheFolder)
      expect(await found.list(runs())).toContain(spec.instanceId)
      expect(await found.status(spec.instanceId, spec.runFolder)).toMatchObject({ kind: 'running' })
      expect(await ask(spec)).toBe('hello from the app')
      await found.stop(spec.instanceId, spec.runFolder, 10)
      expect(await found.status(spec.instanceId, spec.runFolder)).toMatchObject({ kind: 'exited' })
    })

    test('remove leaves nothing: no process of the app, no container, only files its user can remove', async () => {
      const volumeFolder = join(bench.root, 'volume-to-remove')
      await mkdir(volumeFolder)
      const spec = await startReady({
        volumeFolder,
        manifest: { name: 'a', version: '1.0.0', module: 'web', volumeMount: '/data' }
      })
      await ask(spec, '/child')
      await ask(spec, `/count?folder=${encodeURIComponent(under.volumeInApp(spec))}`)
      await engine.remove(spec.instanceId, spec.runFolder)
      expect(await under.leftovers(spec)).toEqual([])
      expect(await engine.list(runs())).not.toContain(spec.instanceId)
      for (const folder of [spec.runFolder, volumeFolder]) {
        for (const entry of await readdir(folder, { recursive: true })) {
          const { uid } = await stat(join(folder, entry)).catch(() => ({ uid: process.getuid?.() }))
          expect(uid, entry).toBe(process.getuid?.())
        }
        await rm(folder, { recursive: true })
      }
      await engine.remove(spec.instanceId, spec.runFolder)
      expect(await statusOf(spec)).toEqual({ kind: 'absent' })
    })

    test('an instance whose launcher was killed has ended; its parts are removed, and it can start again', async () => {
      const spec = await startReady()
      await ask(spec, '/child')
      await under.killLauncher(spec)
      expect(await untilEnded(engine, spec)).toMatchObject({ kind: 'exited', outOfMemory: false })
      await stop(spec)
      await engine.start(spec)
      await untilPhase(spec, ['ready'])
      await ask(spec, '/child')
      await under.killLauncher(spec)
      await engine.remove(spec.instanceId, spec.runFolder)
      expect(await under.leftovers(spec)).toEqual([])
    })

    test('lists what runs while other hosts list, start and remove', async () => {
      const specs = await Promise.all([specOf(), specOf(), specOf()])
      const lists = Promise.all(Array.from({ length: 10 }, () => engine.list(runs())))
      await Promise.all(specs.map(spec => engine.start(spec)))
      await lists
      const listed = await Promise.all(
        Array.from({ length: 5 }, () => under.create(bench.cacheFolder).list(runs()))
      )
      for (const ids of listed)
        expect(ids).toEqual(expect.arrayContaining(specs.map(spec => spec.instanceId)))
      expect(
        await under.create(join(bench.root, 'another-home')).list(join(bench.root, 'another-home', 'runs'))
      ).toEqual([])
      await Promise.all(specs.map(spec => engine.remove(spec.instanceId, spec.runFolder)))
      expect(await engine.list(runs())).toEqual([])
    })

    test('lists the files of an app, running and ended, and follows no link out of them', async () => {
      const trapped = await bench.bundle({
        'q-app.toml': manifestText('web'),
        'web.py': TRAPS,
        'static/größe.txt': 'ein Text'
      })
      const spec = await startReady({ bundle: trapped })
      const list = async (...parts: string[]) => engine.files?.list(spec, parts)
      const open = async (...parts: string[]) => engine.files?.open(spec, parts)
      async function look() {
        const { entries = [], more } = (await list()) ?? {}
        const kinds = Object.fromEntries(entries.map(({ name, kind }) => [name, kind]))
        expect(kinds).toMatchObject({
          many: 'folder',
          static: 'folder',
          'web.py': 'file',
          'large.bin': 'file'
        })
        expect(entries.find(({ name }) => name === 'large.bin')).toMatchObject({ size: 3 * 1024 * MIB })
        expect(entries.find(({ name }) => name === 'web.py')?.modifiedAt).toMatch(/^20/)
        expect(entries[0]?.kind).toBe('folder')
        expect(more).toBe(false)
        expect((await list('many'))?.entries).toHaveLength(1200)
        const file = await open('static', 'größe.txt')
        expect(file && (await buffer(file.content)).toString()).toBe('ein Text')
        await file?.close()
        const large = await open('large.bin')
        for await (const piece of large?.content ?? []) {
          expect(piece.length).toBeLessThanOrEqual(MIB)
          break
        }
        await large?.close()
        await expect(list('nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' })
        await expect(open('static')).rejects.toMatchObject({ code: 'INVALID' })
        await expect(list('web.py')).rejects.toMatchObject({ code: 'INVALID' })
        await expect(open('web.py', 'below')).rejects.toMatchObject({ code: 'NOT_FOUND' })
        if (process.platform === 'win32') return
        expect(kinds).toMatchObject({ out: 'link', passwd: 'link', pipe: 'other' })
        expect(entries.find(({ name }) => name === 'out')).toMatchObject({ target: '/etc' })
        const evil = entries.find(({ name }) => name.startsWith('evil'))
        expect(await open(evil?.name ?? '').then(it => it?.close())).toBeUndefined()
        for (const parts of [['passwd'], ['out', 'passwd'], ['self', 'web.py'], ['pipe']]) {
          await expect(open(...parts)).rejects.toMatchObject({ code: 'INVALID' })
        }
        await expect(list('out')).rejects.toMatchObject({ code: 'INVALID' })
      }
      await look()
      await stop(spec)
      await look()
      await engine.remove(spec.instanceId, spec.runFolder)
      await rm(spec.runFolder, { recursive: true, force: true })
      await expect(list()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    })

    test.each([0, 5, 20, 60, 150, 300])(
      'an abort %i ms into a start leaves nothing, or an instance',
      async wait => {
        const spec = await specOf()
        const abort = new AbortController()
        const start = engine.start(spec, abort.signal).then(
          () => 'started',
          (error: Error) => error
        )
        if (wait > 0) await delay(wait)
        abort.abort()
        const outcome = await start
        if (outcome === 'started') {
          expect(await statusOf(spec)).toMatchObject({ kind: 'running' })
        } else {
          expect(outcome).toMatchObject({ name: expect.stringMatching(/AbortError|AppError/) })
          expect(await under.leftovers(spec)).toEqual([])
        }
      }
    )
  })
}

/** Makes traps that an app may put in its folder to mislead the host, then serves. */
const TRAPS = `
import os
here = os.path.dirname(os.path.abspath(__file__))
os.makedirs(os.path.join(here, "many"), exist_ok=True)
for number in range(1200):
    open(os.path.join(here, "many", "%04d.txt" % number), "w").close()
with open(os.path.join(here, "large.bin"), "wb") as file:
    file.truncate(3 << 30)
if os.name == "posix":
    with open(os.path.join(here, "evil\\x1b[31m\\u202e.txt"), "w") as file:
        file.write("harmless")
    for name, target in (("out", "/etc"), ("self", "."), ("passwd", "/etc/passwd")):
        os.symlink(target, os.path.join(here, name))
    os.mkfifo(os.path.join(here, "pipe"))
${WEB_APP}`

export { processesIn }
