/** Starts a launcher so that it outlives this process, and waits until it has taken hold of its run folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileError } from '#core/files.ts'
import type { RunSpec } from '#core/ports.ts'
import { resourcePath } from '#core/resources.ts'
import { AppError } from '#shared/errors.ts'
import { alreadyRunning, portTaken } from '../engine-conflicts.ts'
import { readLauncherState } from '../launcher-files.ts'
import { isPortFree } from './free-port.ts'
import type { Python } from './python.ts'

/** Beside the launcher's log: what it says before it has one. Emptied at each start. */
const COMPLAINTS_FILE = 'launcher.stderr'

/** Exit status of a launcher whose run folder another one holds. */
const LOCK_HELD = 3

/** After this the launcher counts as running although it has written nothing: it lives, on a very slow computer. */
const PATIENCE_MS = 20_000

/** Resolves with the process once it runs. UNAVAILABLE where it cannot be run. */
export async function launch(
  python: Python,
  runFolder: string,
  env: Readonly<Record<string, string>>
): Promise<ChildProcess> {
  const launcher = resourcePath('runtime/launcher.py')
  const complaints = join(runFolder, COMPLAINTS_FILE)
  const file = await open(complaints, 'w').catch(error => {
    throw fileError(error, `${complaints} could not be written`)
  })
  try {
    const child = spawn(python.executable, ['-u', launcher, runFolder], {
      cwd: runFolder,
      env,
      detached: true,
      stdio: ['ignore', 'ignore', file.fd],
      windowsHide: true
    })
    await once(child, 'spawn')
    return child
  } catch (error) {
    throw new AppError(
      'UNAVAILABLE',
      `Python at ${python.executable} could not be started: ${(error as Error).message}.`,
      'Check that it is still installed.',
      { cause: error }
    )
  } finally {
    await file.close()
  }
}

/** Resolves once the launcher has written its first state. CONFLICT when port or run folder were taken meanwhile. */
export async function untilRunning(
  child: ChildProcess,
  spec: RunSpec,
  runFolder: string,
  signal: AbortSignal | undefined
): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    signal?.throwIfAborted()
    const ended = child.exitCode !== null || child.signalCode !== null
    const state = await readLauncherState(runFolder)
    const own = state?.pid === child.pid ? state : undefined
    if (own && own.phase !== 'ended') return
    if (own || ended) {
      if (own?.exit?.code === 'start-failed' || !own) await explainEnd(child, spec, runFolder)
      return
    }
    if (performance.now() > end) return
    await Promise.race([delay(20), once(child, 'exit')])
  }
}

/** Throws why a launcher ended at once; returns where its own state says it well enough. */
async function explainEnd(child: ChildProcess, spec: RunSpec, runFolder: string): Promise<void> {
  if (child.exitCode === LOCK_HELD) throw alreadyRunning(spec.instanceId)
  if (!(await isPortFree(spec.port))) throw portTaken(spec.port)
  const state = await readLauncherState(runFolder)
  if (state?.pid === child.pid) return
  const complaints = await readFile(join(runFolder, COMPLAINTS_FILE), 'utf8').catch(() => '')
  const last = complaints.trim().split('\n').slice(-3).join(' ')
  throw new AppError(
    'UNAVAILABLE',
    `The launcher ended as soon as it was started${last ? `: ${last}` : '.'}`,
    'Check that Python works and that the disk is not full.',
    { data: { exitCode: child.exitCode, signal: child.signalCode } }
  )
}
