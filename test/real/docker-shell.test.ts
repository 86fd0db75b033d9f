/** Shells in containers: they see the app's files and environment, and their processes end with them. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type DockerClient, openDocker } from '#adapters/engine-docker/asking.ts'
import { containerName, homeOf } from '#adapters/engine-docker/container.ts'
import { createDockerEngine } from '#adapters/engine-docker/index.ts'
import { buildRuntimeImage } from '#adapters/engine-docker/runtime-image.ts'
import type { Engine, EngineShell, RunSpec } from '#core/ports.ts'
import { dockerBase, dockerProblem } from './docker-there.ts'
import { createWorkbench, manifestText, untilPhase, WEB_APP, type Workbench } from './engine-support.ts'
import { cuttableProxy } from './socket-proxy.ts'

const skipped = await dockerProblem()
if (!skipped) await buildRuntimeImage({ base: dockerBase(), onLine: () => undefined })

describe.skipIf(skipped)(`shells in containers${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let bench: Workbench
  let engine: Engine
  let spec: RunSpec
  let docker: DockerClient

  beforeAll(async () => {
    bench = await createWorkbench('docker-shell')
    engine = createDockerEngine({ cacheFolder: bench.cacheFolder })
    docker = (await openDocker()).docker
    const bundle = await bench.bundle({ 'q-app.toml': manifestText('web'), 'web.py': WEB_APP })
    spec = await bench.spec(bundle, { env: { GREETING: 'hello' } })
    await engine.start(spec)
    await untilPhase(spec, ['ready'])
  })
  afterAll(async () => {
    await engine.remove(spec.instanceId, spec.runFolder)
    await bench.remove()
  })

  async function open(): Promise<{ shell: EngineShell; until(text: string): Promise<string> }> {
    const shell = await engine.openShell?.(spec.instanceId, { columns: 80, rows: 24 })
    if (!shell) throw new Error('the engine has no shells')
    const chunks = shell.output[Symbol.asyncIterator]()
    let seen = ''
    return {
      shell,
      async until(text) {
        while (!seen.includes(text)) {
          const { value, done } = await chunks.next()
          if (done) throw new Error(`the shell ended after: ${seen}`)
          seen += Buffer.from(value).toString()
        }
        return seen
      }
    }
  }

  const processes = async () => {
    const { Processes } = await docker
      .getContainer(containerName(homeOf(bench.cacheFolder), spec.instanceId))
      .top({ ps_args: '-eo pid,args' })
    return (Processes as string[][]).map(row => row.join(' '))
  }

  test('it starts in the folder of the app, with its Python and its environment', async () => {
    const { shell, until } = await open()
    await shell.write('echo "$GREETING from $PWD with $(command -v python)"; echo d""one\r')
    expect(await until('done')).toContain('hello from /app with /resources/bin/python')
    await shell.close()
  })

  test('closing it ends its running processes, including detached ones, and nothing of the app', async () => {
    const { shell, until } = await open()
    await shell.write('nohup setsid sleep 4242 >/dev/null 2>&1 & sleep 4243 & echo star""ted\r')
    await until('started')
    await vi.waitFor(async () => expect((await processes()).join('\n')).toMatch(/sleep 4242/))
    await shell.close()
    await vi.waitFor(async () => {
      const left = (await processes()).join('\n')
      expect(left).not.toMatch(/sleep 424|bash/)
      expect(left).toMatch(/-m web/)
    })
    await shell.close()
  })

  test.skipIf(process.platform === 'win32')(
    'a host that was killed leaves nothing of its shells',
    async () => {
      const { endpoint } = await openDocker()
      const path = join(bench.root, 'docker.sock')
      const proxy = await cuttableProxy(path, endpoint.url.replace(/^\w+:\/\//, ''))
      const host = createDockerEngine({
        cacheFolder: bench.cacheFolder,
        env: { ...process.env, DOCKER_HOST: `unix://${path}` }
      })
      const shell = await host.openShell?.(spec.instanceId, { columns: 80, rows: 24 })
      await shell?.write('sleep 4244\r')
      await vi.waitFor(async () => expect((await processes()).join('\n')).toMatch(/sleep 4244/))
      // The system also closes the connections of a killed process.
      await proxy.close()
      await vi.waitFor(async () => {
        const left = (await processes()).join('\n')
        expect(left).not.toMatch(/sleep 424|bash|read -r/)
        expect(left).toMatch(/-m web/)
      })
    }
  )

  test('a shell that exits reports its exit code, and refuses later input', async () => {
    const { shell } = await open()
    await shell.write('exit 5\r')
    for await (const chunk of shell.output) expect(chunk.length).toBeGreaterThan(0)
    expect(await shell.exitCode()).toBe(5)
    await expect(shell.write('x')).rejects.toMatchObject({ code: 'CONFLICT' })
    await shell.close()
  })

  test('an instance that does not run has no shell', async () => {
    const stopped = { ...spec, instanceId: '00000000-0000-4000-8000-000000000000' }
    await expect(engine.openShell?.(stopped.instanceId, { columns: 80, rows: 24 })).rejects.toMatchObject({
      code: 'CONFLICT'
    })
  })
})
