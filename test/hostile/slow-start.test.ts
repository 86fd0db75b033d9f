/** A start may take any time, and an app may claim anything: a living app counts as running, and can be stopped. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openStore } from '#adapters/store/database.ts'
import { localSchema } from '#adapters/store/schema.ts'
import type { Engine } from '#core/ports.ts'
import type { OpenHome } from '../adapters/local-home.ts'
import { createLocalHome, type LocalHome } from '../adapters/local-home.ts'
import { until } from '../platform/support.ts'
import { importApp } from '../platform-bundles.ts'
import { COUNTING, freePort, openShell, type Shell } from '../real/cli-support.ts'
import { enginesHere } from './engines.ts'

const engines = await enginesHere()
const [process_, docker] = engines
const noPipes = process.platform === 'win32' ? 'no named pipes of that kind' : undefined

describe.each(engines)('$kind', ({ skipped, create }) => {
  let home: LocalHome
  let local: OpenHome
  let engine: Engine
  /** Shared by all, so that an environment is built once. */
  let cache: string

  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'q8s-slow-start-'))
  })
  afterAll(() => rm(cache, { recursive: true, force: true }))
  beforeEach(async () => {
    home = await createLocalHome({ engines: [] })
    engine = create(cache)
    local = await home.openAll({ engines: [engine] })
  })
  afterEach(async () => {
    for (const id of await engine.list(runs())) await engine.remove(id, join(runs(), id))
    await home.remove()
  })

  const runs = () => join(home.folders.state, 'runs')
  const answers = (url: string) =>
    fetch(url).then(
      () => true,
      () => false
    )

  /** Makes a change at once that otherwise needs time or another process. */
  async function change(sql: string) {
    const store = await openStore(join(home.folders.state, 'platform.db'), localSchema)
    store.run(sql)
    store.close()
  }

  async function runReady() {
    const app = await importApp(local.platform)
    const { id } = await local.platform.instances.run({ appId: app.id })
    return until(local.platform, id, 'ready')
  }

  test.skipIf(skipped || noPipes)('a launcher that has not reported yet is a start in progress', async () => {
    const { start } = engine
    let pipe = ''
    engine.start = (spec, signal) => {
      // The launcher opens this pipe before it writes its first state, and blocks until the other end is opened.
      pipe = join(spec.runFolder, 'children')
      execFileSync('mkfifo', [pipe])
      return start(spec, signal)
    }
    const app = await importApp(local.platform)
    const running = local.platform.instances.run({ appId: app.id })
    const id = await vi.waitFor(
      async () => {
        const [held] = await engine.list(runs())
        if (held === undefined) throw new Error('no launcher yet')
        const status = await engine.status(held, join(runs(), held))
        if (status.kind !== 'running') throw new Error(`it is ${status.kind}`)
        return held
      },
      { timeout: 60_000 }
    )
    // As if its starter had given up waiting.
    await change('UPDATE instances SET actor = NULL')
    const later = await home.open({ engines: [engine] })
    expect(await later.instances.get({ id })).toMatchObject({ state: 'starting', phase: 'waiting' })
    await writeFile(pipe, '')
    await until(later, id, 'ready')
    expect(await running).toMatchObject({ id })
  })

  test.skipIf(skipped)('a false end reported by an app ends nothing, and a stop ends it', async () => {
    const { id, url } = await runReady()
    const file = join(runs(), id, 'state.json')
    const state = JSON.parse(await readFile(file, 'utf8'))
    const exit = { code: 'app-crashed', message: 'It is over.' }
    await writeFile(file, JSON.stringify({ ...state, phase: 'ended', exit, pid: 1 }))
    expect(await local.platform.instances.get({ id })).toMatchObject({ state: 'ready' })
    expect(await local.platform.instances.list({})).toMatchObject([{ id, state: 'ready' }])
    expect(await local.platform.instances.stop({ id })).toMatchObject({ state: 'stopped' })
    expect(await answers(url)).toBe(false)
  })

  test.skipIf(skipped)(
    'an app that runs although its record says it ended is listed, and a stop ends it',
    async () => {
      const { id, url } = await runReady()
      await change(`UPDATE instances SET state = 'failed', ended_at = started_at`)
      expect(await local.leftovers.list()).toMatchObject([
        { id: `running-${id}`, kind: 'running', title: expect.stringContaining('Hello'), proposed: true }
      ])
      expect(await answers(url)).toBe(true)
      await local.platform.instances.stop({ id })
      expect(await answers(url)).toBe(false)
      expect(await local.leftovers.list()).toEqual([])
    }
  )

  test.skipIf(skipped)('an app without a record is listed and ended, and its log stays', async () => {
    const { id, url } = await runReady()
    // An app may do that.
    await writeFile(join(runs(), id, 'config.json'), '{}')
    await change('DELETE FROM instances')
    expect(await local.leftovers.list()).toMatchObject([{ id: `running-${id}`, kind: 'running' }])
    await local.leftovers.remove(`running-${id}`)
    expect(await answers(url)).toBe(false)
    expect(await local.leftovers.list()).toMatchObject([{ id: `run-${id}`, kind: 'run' }])
    expect(existsSync(join(runs(), id, 'log'))).toBe(true)
  })
})

describe('exec that is killed', () => {
  let shell: Shell
  beforeAll(async () => {
    shell = await openShell()
  })
  afterAll(() => shell?.close())

  /** Kills the command as soon as the app is ready, so that it has no time to clean up. */
  async function runAndKill(cwd: string, words: readonly string[]): Promise<string> {
    const child = shell.start(['exec', ...words], { cwd })
    child.stdout.resume()
    const exit = once(child, 'exit')
    let url = ''
    for await (const line of createInterface({ input: child.stderr })) {
      url ||= /Navigate to (http\S+)/.exec(line)?.[1] ?? ''
      if (url) child.kill('SIGKILL')
    }
    await exit
    return url
  }

  test.skipIf(process_.skipped)('has its app ended by the next one, and by a clean-up', async () => {
    const cwd = await shell.project({ 'run.py': COUNTING(1) })
    const port = String(await freePort())
    const first = await runAndKill(cwd, ['--port', port])
    expect((await fetch(first)).status).toBe(200)
    // The port is free again, because the killed command's app is gone.
    const second = await runAndKill(cwd, ['--port', port])
    expect(second).toBe(first)
    expect(await shell.json('instance list')).toHaveLength(1)
    const { leftovers } = await shell.json<{ leftovers: object[] }>('app cleanup --dry-run')
    expect(leftovers).toMatchObject([{ kind: 'running', title: expect.stringMatching(/^Test 1\.0\.0/) }])
    await shell.json('app cleanup --yes')
    await expect(fetch(second)).rejects.toThrow()
    expect(await shell.json('instance list')).toEqual([])
  })

  test.skipIf(docker.skipped)('has its container ended by a clean-up', async () => {
    const cwd = await shell.project({ 'run.py': COUNTING(1) })
    const url = await runAndKill(cwd, ['--port', String(await freePort()), '--engine', 'docker'])
    await shell.json('app cleanup --yes')
    await expect(fetch(url)).rejects.toThrow()
    expect(await shell.json('instance list')).toEqual([])
  })
})
