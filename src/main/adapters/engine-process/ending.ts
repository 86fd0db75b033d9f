/** Ends a launcher and everything it started. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StillRunning } from '#core/platform/engine-errors.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { findLaunchers, isLauncher, isRunning, processesBelow, processesOf } from './processes.ts'
import { until } from './until.ts'

/** Milliseconds a killed process may take to end: it may be waiting for a disk. */
const KILL_PATIENCE_MS = 10_000

export interface Ending {
  readonly instanceId: string
  /** Absolute path. */
  readonly runFolder: string
  /** Seconds the launcher has to end before it is killed; 0 kills it at once. */
  readonly graceSeconds: number
}

/**
 * Asks the launcher of a run folder to end and kills it after the grace time. Resolves when no process of the instance
 * is left, including processes left by a launcher that was killed from outside. An abort stops the wait, not the
 * ending. UNAVAILABLE if processes cannot be killed, FORBIDDEN if they belong to another user.
 */
export async function endInstance(ending: Ending, signal?: AbortSignal): Promise<void> {
  const { runFolder, graceSeconds } = ending
  const launchers = (await findLaunchers()).filter(launcher => launcher.runFolder === runFolder)
  const left: number[] = []
  for (const { pid } of launchers) {
    if (graceSeconds > 0) await askToEnd(pid, runFolder, graceSeconds, signal)
    if (await isLauncher(pid, runFolder)) left.push(pid, ...(await processesBelow(pid)))
  }
  await killAll(left, () => marked(ending), signal)
}

/**
 * Processes with the instance's variable. The same instance may run in a copy of this home: its processes are left out.
 */
async function marked({ instanceId, runFolder }: Ending): Promise<readonly number[]> {
  const found = await processesOf(instanceId, runFolder)
  if (found.length === 0) return found
  const others = (await findLaunchers()).filter(({ pid, runFolder: folder }) => {
    return folder !== runFolder && found.includes(pid)
  })
  const spared = await Promise.all(others.map(async ({ pid }) => [pid, ...(await processesBelow(pid))]))
  return found.filter(pid => !spared.flat().includes(pid))
}

/** Kills one launcher and everything below it, but nothing else of its instance: another start may be in progress. */
export async function killLauncher(pid: number): Promise<void> {
  await killAll([pid, ...(await processesBelow(pid))], async () => [])
}

async function askToEnd(
  pid: number,
  runFolder: string,
  graceSeconds: number,
  signal: AbortSignal | undefined
): Promise<void> {
  // Windows has no signal that a process could handle, so the launcher there checks for a file.
  if (process.platform === 'win32') await writeFile(join(runFolder, 'stop'), '')
  else send(pid, 'SIGTERM')
  await until(async () => !(await isLauncher(pid, runFolder)), graceSeconds * 1000, signal)
}

/**
 * Kills the known processes, and all that `find` returns until none is left: a process may start another at its last
 * moment.
 */
async function killAll(
  known: readonly number[],
  find: () => Promise<readonly number[]>,
  signal?: AbortSignal
): Promise<void> {
  const others = new Set<number>()
  /** Returns the processes that could be killed. */
  const kill = (pids: readonly number[]) =>
    pids.filter(pid => {
      const sent = send(pid, 'SIGKILL')
      if (!sent) others.add(pid)
      return sent
    })
  // Keep these: a process that is ending has lost what `find` searches for.
  const ours = new Set(kill(known))
  let left: readonly number[] = []
  const ended = await until(
    async () => {
      const found = kill(await find())
      for (const pid of found) ours.add(pid)
      const running = await Promise.all([...ours].map(async pid => ((await isRunning(pid)) ? [pid] : [])))
      left = [...new Set([...found, ...running.flat()])]
      return left.length === 0
    },
    KILL_PATIENCE_MS,
    signal
  )
  if (others.size > 0) throw notOurs([...others])
  if (ended) return
  throw new StillRunning(
    left,
    t`The processes ${left.join(', ')} do not end, although they were killed.`,
    t`They may be waiting for a disk or a network folder. Try again, or restart the computer.`
  )
}

function notOurs(pids: readonly number[]): AppError {
  return new AppError(
    'FORBIDDEN',
    t`The processes ${pids.join(', ')} of the app run as another user and cannot be ended.`,
    t`End them by hand, or restart the computer.`,
    { data: { pids } }
  )
}

/** False for a process of another user: an app may have started a program that changes its user. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
    return code === 'ESRCH'
  }
}
