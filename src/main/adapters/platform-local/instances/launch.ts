/** Starts an instance's launcher: chooses its port, collects what it needs, and passes it to the engine. */
import { join } from 'node:path'
import { createQueue } from '#core/async/queue.ts'
import { makeFolder } from '#core/files/files.ts'
import { EngineUnavailable, PortTaken } from '#core/platform/engine-errors.ts'
import type { RunSpec } from '#core/ports.ts'
import type { EngineKind } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { parseQuantity } from '#shared/quantity.ts'
import { manifestOf } from '../app-records.ts'
import type { BundleFiles } from '../bundles.ts'
import type { LocalContext } from '../context.ts'
import type { Observer } from './observe.ts'
import { choosePort, needsRights } from './port.ts'
import { endLaunch, findRow, type InstanceRow, reservePort, setNotices } from './records.ts'
import { clearRunFolder } from './run-folders.ts'

/** Launches that one host runs at the same time. */
const AT_ONCE = 4
/** How often another port is tried if a port was taken between choosing and binding it. */
const PORT_ATTEMPTS = 5

export function createInstanceStarter(context: LocalContext, bundles: BundleFiles, observer: Observer) {
  const limited = createQueue(AT_ONCE)

  /** Removes what an earlier run may have left in its engine before the next run begins. */
  async function clear(row: InstanceRow, before: EngineKind, signal?: AbortSignal): Promise<void> {
    const folder = observer.runFolderOf(row.id)
    const engine = observer.engineOf({ engine: before })
    await engine.remove(row.id, folder, signal).catch((error: unknown) => {
      // The earlier run ended in another Docker; the next run may use a different one.
      if (!(error instanceof EngineUnavailable) || error.trouble !== 'elsewhere') throw error
    })
    await clearRunFolder(folder)
  }

  /** Resolves when the engine has started the instance. Its row is `starting` and its actor is this process. */
  async function launch(row: InstanceRow, env: Readonly<Record<string, string>>, signal?: AbortSignal) {
    await limited(async () => {
      signal?.throwIfAborted()
      const engine = observer.engineOf(row)
      for (let attempt = 1; ; attempt++) {
        const port = await takePort(row, attempt)
        try {
          await engine.start(await specOf(row, env, port), signal)
          break
        } catch (error) {
          if (!(error instanceof PortTaken) || attempt === PORT_ATTEMPTS) throw error
        }
      }
      if (endLaunch(await context.store(), row)) return
      // Another process stopped or removed the instance during the launch: it must not keep running unseen.
      await engine.stop(row.id, observer.runFolderOf(row.id), 0)
      if (!findRow(await context.store(), row.id)) await engine.remove(row.id, observer.runFolderOf(row.id))
    }, signal)
  }

  /** The port of the last run, or the wanted port, or any free port. Adds a notice if it is not the expected one. */
  async function takePort(row: InstanceRow, attempt: number): Promise<number> {
    const store = await context.store()
    const expected = row.port ?? row.wanted_port ?? undefined
    const port = await choosePort(attempt === 1 ? expected : undefined, other =>
      reservePort(store, row.id, other)
    )
    if (expected !== undefined && port !== expected) {
      const notices = JSON.parse(row.notices) as string[]
      setNotices(store, row.id, [
        ...notices,
        (await needsRights(expected))
          ? t`Port ${expected} needs an administrator's rights; the app is on port ${port} instead.`
          : t`Port ${expected} is taken; the app is on port ${port} instead.`
      ])
    }
    return port
  }

  async function specOf(
    row: InstanceRow,
    env: Readonly<Record<string, string>>,
    port: number
  ): Promise<RunSpec> {
    const { Runtime } = manifestOf(row)
    const runFolder = observer.runFolderOf(row.id)
    await makeFolder(runFolder, 0o700)
    const volumeFolder = Runtime.VolumeMount ? join(context.folders.volumes, row.id) : undefined
    if (volumeFolder) await makeFolder(volumeFolder, 0o700)
    return {
      instanceId: row.id,
      runFolder,
      bundle: {
        path: bundles.path(row.sha256),
        fileName: `${row.name}.${row.version}.qz`,
        sha256: row.sha256
      },
      manifest: {
        name: row.name,
        version: row.version,
        module: Runtime.Module,
        volumeMount: Runtime.VolumeMount
      },
      volumeFolder,
      memoryLimit: bytesOf(Runtime.MemoryLimit),
      memoryReservation: bytesOf(Runtime.MemoryReservation),
      env,
      port,
      log: context.log
    }
  }

  return { clear, launch }
}

export type InstanceStarter = ReturnType<typeof createInstanceStarter>

function bytesOf(quantity: string | undefined): number | undefined {
  const value = quantity === undefined ? undefined : parseQuantity(quantity)
  return value === undefined ? undefined : Math.round(value)
}
