/** An engine for tests of the platform: starts real child processes of Node that write what a launcher writes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from '#adapters/process-alive.ts'
import type { Engine, EngineStatus, RunSpec } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'

const LAUNCHER = join(import.meta.dirname, '..', 'fixtures', 'fake-launcher.mjs')

export interface FakeEngine extends Engine {
  /** The starts it received, newest last. */
  readonly started: RunSpec[]
  /** The number of calls, by method. */
  readonly calls: Record<string, number>
  /** Faults to inject: thrown by the next starts, one each. */
  readonly faults: unknown[]
  /** While set, the engine does not answer. */
  down: boolean
  /** Kills the launcher as the system would. */
  kill(instanceId: string): Promise<void>
}

export function createFakeEngine(
  kind: Engine['kind'] = 'process',
  notices: readonly string[] = []
): FakeEngine {
  const started: RunSpec[] = []
  const calls: Record<string, number> = {}
  const faults: unknown[] = []
  const children = new Map<string, ChildProcess>()

  function called(method: string): void {
    calls[method] = (calls[method] ?? 0) + 1
    if (engine.down && method !== 'check')
      throw new AppError('UNAVAILABLE', 'The fake engine does not answer.')
  }

  async function pidOf(runFolder: string): Promise<number | undefined> {
    const file = join(runFolder, 'fake.pid')
    return existsSync(file) ? Number(await readFile(file, 'utf8')) : undefined
  }

  async function status(runFolder: string): Promise<EngineStatus> {
    const pid = await pidOf(runFolder)
    if (pid === undefined) return { kind: 'absent' }
    return isAlive(pid) ? { kind: 'running' } : { kind: 'exited', outOfMemory: false }
  }

  async function end(runFolder: string, signal: NodeJS.Signals): Promise<void> {
    const pid = await pidOf(runFolder)
    if (pid === undefined || !isAlive(pid)) return
    process.kill(pid, signal)
    while (isAlive(pid)) await delay(5)
  }

  const engine: FakeEngine = {
    testConnection: async () => ({ ok: true, message: 'Nothing was asked.' }),
    kind,
    started,
    calls,
    faults,
    down: false,
    async check() {
      called('check')
      return engine.down
        ? {
            available: false,
            message: 'The fake engine is down.',
            hint: 'Start it.',
            notices: [],
            lookedAt: 'memory'
          }
        : { available: true, message: 'Fake.', notices, lookedAt: 'memory' }
    },
    async start(spec) {
      called('start')
      const fault = faults.shift()
      if (fault) throw fault
      started.push(spec)
      const child = spawn(
        process.execPath,
        [LAUNCHER, spec.runFolder, spec.manifest.module, String(spec.port)],
        {
          detached: true,
          stdio: 'ignore',
          env: { ...spec.env }
        }
      )
      await once(child, 'spawn')
      child.unref()
      children.set(spec.instanceId, child)
      await writeFile(join(spec.runFolder, 'fake.pid'), String(child.pid))
    },
    async status(_id, runFolder) {
      called('status')
      return status(runFolder)
    },
    async stop(_id, runFolder, graceSeconds) {
      called('stop')
      await end(runFolder, graceSeconds > 0 ? 'SIGTERM' : 'SIGKILL')
    },
    async remove(_id, runFolder) {
      called('remove')
      await end(runFolder, 'SIGKILL')
    },
    async list() {
      called('list')
      return [...children]
        .filter(([, child]) => child.exitCode === null && child.signalCode === null)
        .map(([id]) => id)
    },
    async metrics(targets) {
      called('metrics')
      const round = calls.metrics ?? 0
      return new Map(
        targets.map(({ instanceId }) => [instanceId, { memoryUsed: 1_000_000, cpuSeconds: round }])
      )
    },
    async kill(instanceId) {
      const child = children.get(instanceId)
      if (!child) throw new Error('never started')
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
  }
  return engine
}
