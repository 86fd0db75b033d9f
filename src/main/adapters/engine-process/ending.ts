/** Ends a launcher and whatever it started. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StillRunning } from '#core/platform/engine-errors.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { findLaunchers, isLauncher, isRunning, processesBelow, processesOf } from './processes.ts'
import { until } from './until.ts'

/** How long a killed process may take to be gone: it may be waiting for a disk. */
const KILL_PATIENCE_MS = 10_000

export interface Ending {
  readonly instanceId: string
  /** Absolute. */
  readonly runFolder: string
  /** Time the launcher has to end by itself; 0 to kill at once. */
  readonly graceSeconds: number
}

/**
 * Asks the launcher of a run folder to end, kills it after the grace time, and resolves when nothing of the instance is
 * left, also where a launcher that was killed from outside left some. An abort stops the waiting, not the ending.
 * UNAVAILABLE for processes that cannot be killed, FORBIDDEN for those of another user.
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

/** What carries the instance's variable. In a copy of this home the same instance may run, and goes on. */
async function marked({ instanceId, runFolder }: Ending): Promise<readonly number[]> {
  const found = await processesOf(instanceId, runFolder)
  if (found.length === 0) return found
  const others = (await findLaunchers()).filter(({ pid, runFolder: folder }) => {
    return folder !== runFolder && found.includes(pid)
  })
  const spared = await Promise.all(others.map(async ({ pid }) => [pid, ...(await processesBelow(pid))]))
  return found.filter(pid => !spared.flat().includes(pid))
}

/** Kills one launcher with all below it, and nothing else of its instance: another start may be going on. */
export async function killLauncher(pid: number): Promise<void> {
  await killAll([pid, ...(await processesBelow(pid))], async () => [])
}

async function askToEnd(
  pid: number,
  runFolder: string,
  graceSeconds: number,
  signal: AbortSignal | undefined
): Promise<void> {
  // Windows has no signal that a process could answer: there the launcher looks for a file.
  if (process.platform === 'win32') await writeFile(join(runFolder, 'stop'), '')
  else send(pid, 'SIGTERM')
  await until(async () => !(await isLauncher(pid, runFolder)), graceSeconds * 1000, signal)
}

/** Kills those, and those found then and while they end: a process may start another one in its last moment. */
async function killAll(
  known: readonly number[],
  find: () => Promise<readonly number[]>,
  signal?: AbortSignal
): Promise<void> {
  const others = new Set<number>()
  /** Those that could be. */
  const kill = (pids: readonly number[]) =>
    pids.filter(pid => {
      const sent = send(pid, 'SIGKILL')
      if (!sent) others.add(pid)
      return sent
    })
  // Kept: one that is ending has lost what it was found by.
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

/** False for a process of another user: an app may have started a program that becomes one. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
    return code === 'ESRCH'
  }
}
