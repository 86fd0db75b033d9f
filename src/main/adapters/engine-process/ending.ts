/** Ends a launcher and whatever it started. */
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '#shared/errors.ts'
import { readLauncherState } from '../launcher-files.ts'
import { isAlive } from '../process-alive.ts'
import { findLaunchers, isGroupAlive, isLauncher } from './processes.ts'

/** How long a killed process may take to be gone: it may be waiting for a disk. */
const KILL_PATIENCE_MS = 10_000

/**
 * Asks the launchers of a run folder to end, kills them with all they started after the grace time, and resolves when
 * nothing is left. An abort stops the waiting, not the ending. UNAVAILABLE for one that cannot be killed.
 */
export async function endLaunchers(
  runFolder: string,
  graceSeconds: number,
  signal?: AbortSignal
): Promise<void> {
  const state = await readLauncherState(runFolder)
  const living = (await findLaunchers()).filter(launcher => launcher.runFolder === runFolder)
  await Promise.all(living.map(({ pid }) => endLauncher(pid, runFolder, graceSeconds, signal)))
  // A launcher that was killed from outside leaves its group behind, under its ID as long as any of it lives.
  if (state && !isAlive(state.pid) && isGroupAlive(state.pid)) await endGroup(state.pid, signal)
}

async function endLauncher(
  pid: number,
  runFolder: string,
  graceSeconds: number,
  signal: AbortSignal | undefined
): Promise<void> {
  if (graceSeconds > 0) {
    send(pid, 'SIGTERM')
    const asked = await until(async () => !(await isLauncher(pid, runFolder)), graceSeconds * 1000, signal)
    if (asked && !isGroupAlive(pid)) return
  }
  await endGroup(pid, signal)
}

async function endGroup(group: number, signal: AbortSignal | undefined): Promise<void> {
  killGroup(group)
  const ended = await until(async () => !isAlive(group) && !isGroupAlive(group), KILL_PATIENCE_MS, signal)
  if (ended) return
  throw new AppError(
    'UNAVAILABLE',
    `The process ${group} does not end, although it was killed.`,
    'It may be waiting for a disk or a network folder. Try again, or restart the computer.'
  )
}

/** Kills a launcher and everything in its process group. */
export function killGroup(group: number): void {
  send(process.platform === 'win32' ? group : -group, 'SIGKILL')
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Polls, at first quickly: resolves with whether the condition came true in time. */
async function until(
  condition: () => Promise<boolean>,
  milliseconds: number,
  signal: AbortSignal | undefined
): Promise<boolean> {
  const end = Date.now() + milliseconds
  for (let pause = 10; ; pause = Math.min(pause * 1.5, 250)) {
    if (await condition()) return true
    if (Date.now() > end) return false
    await delay(pause, undefined, signal ? { signal } : {})
  }
}
