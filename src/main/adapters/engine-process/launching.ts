/** Starts a launcher that outlives this process, and waits until it has locked its run folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError } from '#core/files/files.ts'
import { resourcePath } from '#core/host/resources.ts'
import type { LauncherState } from '#core/platform/run-folder.ts'
import type { RunSpec } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { alreadyRunning, portTaken } from '../engine-conflicts.ts'
import { launcherFailed, untilFirstState } from '../launcher-files.ts'
import { isPortFree } from './free-port.ts'
import type { Python } from './python.ts'

/** A file beside the launcher's log, for output before the log exists. Emptied at each start. */
const COMPLAINTS_FILE = 'launcher.stderr'

/** Exit status of a launcher if another launcher holds its run folder. */
const LOCK_HELD = 3

/** Resolves with the process once it runs. UNAVAILABLE if it cannot be started. */
export async function launch(
  python: Python,
  runFolder: string,
  env: Readonly<Record<string, string>>
): Promise<ChildProcess> {
  const launcher = resourcePath('runtime/launcher.py')
  const complaints = join(runFolder, COMPLAINTS_FILE)
  const file = await open(complaints, 'w').catch(error => {
    throw fileError(error, t`${complaints} could not be written`)
  })
  try {
    const child = spawn(python.executable, ['-I', launcher, runFolder], {
      cwd: runFolder,
      env,
      detached: true,
      stdio: ['ignore', 'ignore', file.fd],
      windowsHide: true
    })
    await once(child, 'spawn')
    return child
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'E2BIG') throw tooLarge(error)
    throw new AppError(
      'UNAVAILABLE',
      t`Python at ${python.executable} could not be started: ${(error as Error).message}.`,
      t`Check that it is still installed.`,
      { cause: error }
    )
  } finally {
    await file.close()
  }
}

function tooLarge(cause: unknown): AppError {
  return new AppError(
    'INVALID',
    t`The environment the app is given is larger than this system lets a program have.`,
    t`Give large values in a file of the bundle or of the volume instead.`,
    { cause }
  )
}

/** Resolves once the launcher has written its first state. CONFLICT if the port or run folder was taken. */
export async function untilRunning(
  child: ChildProcess,
  spec: RunSpec,
  before: LauncherState | undefined,
  signal: AbortSignal | undefined
): Promise<void> {
  const ended = () => child.exitCode !== null || child.signalCode !== null
  const state = await untilFirstState(spec.runFolder, before, ended, signal)
  signal?.throwIfAborted()
  // The state came from another launcher. This one then ends, because it does not get the lock.
  if (state && state.pid !== child.pid && !ended() && process.platform !== 'win32') {
    await once(child, 'exit', signal ? { signal } : {})
  }
  if (!ended()) return
  if (child.exitCode === LOCK_HELD) throw alreadyRunning(spec.instanceId)
  if (!(await isPortFree(spec.port))) throw portTaken(spec.port)
  if (!state)
    throw launcherFailed(await readFile(join(spec.runFolder, COMPLAINTS_FILE), 'utf8').catch(() => ''))
}
