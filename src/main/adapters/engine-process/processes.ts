/**
 * Finds the processes of instances. A launcher is identified by its command line, `python launcher.py <run folder>`,
 * which no other process has. Unlike start times, this is safe against reused IDs and clocks that were set back.
 * Processes that it started are identified by their parents, or by the variable that every process of an instance
 * inherits.
 */
import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { promisify } from 'node:util'
import { isAlive, isOurs } from '../process-alive.ts'
import type { ListedProcess } from './listed-process.ts'
import { linuxProcess, linuxProcesses } from './processes-linux.ts'
import { createSharing } from './sharing.ts'

/** Variable of a launcher and everything it starts. Variables whose names start with Q8S do not reach the app. */
export const INSTANCE_VARIABLE = 'APP_INSTANCE_ID'

export interface FoundLauncher {
  readonly pid: number
  readonly runFolder: string
}

const run = promisify(execFile)

/** True while the process is alive and is the launcher of that run folder. */
export async function isLauncher(pid: number, runFolder: string): Promise<boolean> {
  if (!isAlive(pid)) return false
  const found = process.platform === 'linux' ? await linuxProcess(pid) : (await list({ pid }))[0]
  return found !== undefined && runFolderOf(found.command) === runFolder
}

/** False for a process that has ended, even if it is not reaped yet. */
export async function isRunning(pid: number): Promise<boolean> {
  return isAlive(pid) && (process.platform !== 'linux' || (await linuxProcess(pid)) !== undefined)
}

/** True while a launcher of that run folder is alive: either the process with that ID, or any other. */
export async function hasLauncher(runFolder: string, pid: number | undefined): Promise<boolean> {
  if (pid !== undefined && (await isLauncher(pid, runFolder))) return true
  return (await findLaunchers()).some(launcher => launcher.runFolder === runFolder)
}

/** Every launcher of this user. Command lines of other users are ignored, because anyone can write one. */
export async function findLaunchers(): Promise<readonly FoundLauncher[]> {
  return (await list()).flatMap(({ pid, command }) => {
    const runFolder = runFolderOf(command)
    return runFolder === undefined || !isOurs(pid) ? [] : [{ pid, runFolder }]
  })
}

/** IDs of all processes below that process, without its own. */
export async function processesBelow(root: number): Promise<readonly number[]> {
  const all = await list()
  const found = [root]
  for (const pid of found) {
    for (const listed of all) if (listed.parent === pid) found.push(listed.pid)
  }
  return found.slice(1)
}

/**
 * IDs of the processes with the instance's variable, and of processes in its run folder that are ending. Empty on
 * Windows, where processes end with their launcher.
 */
export async function processesOf(instanceId: string, runFolder: string): Promise<readonly number[]> {
  if (process.platform === 'win32') return []
  const marked = `${INSTANCE_VARIABLE}=${instanceId}`
  const real = await realpath(runFolder).catch(() => runFolder)
  const all = await list({ environment: true })
  return all
    .filter(({ environment, folder }) => environment?.includes(marked) || `${folder}/`.startsWith(`${real}/`))
    .map(({ pid }) => pid)
}

/** The last argument of a launcher's command line. */
function runFolderOf(command: string): string | undefined {
  if (process.platform === 'win32') return /[\\/]launcher\.py"? "?([^"]+?)"?\s*$/.exec(command)?.[1]
  return /\/launcher\.py (.+)$/s.exec(command)?.[1]
}

interface Wanted {
  readonly pid?: number
  readonly environment?: boolean
}

/**
 * All processes. Shared, so that hundreds of callers at once, as when many instances are removed, need only a few
 * listings.
 */
const listed = createSharing(() => listNow({}))
const listedWithEnvironment = createSharing(() => listNow({ environment: true }))

function list({ pid, environment }: Wanted = {}): Promise<readonly ListedProcess[]> {
  if (pid !== undefined) return listNow({ pid, environment: environment === true })
  return environment ? listedWithEnvironment() : listed()
}

function listNow(wanted: Wanted): Promise<readonly ListedProcess[]> {
  if (process.platform === 'linux') return linuxProcesses(wanted.environment ?? false)
  return process.platform === 'win32' ? windowsProcesses(wanted) : psProcesses(wanted)
}

/** For macOS and BSD. With `-E` the environment follows the arguments. */
async function psProcesses({ pid, environment }: Wanted): Promise<readonly ListedProcess[]> {
  const which = pid === undefined ? ['-A'] : ['-p', String(pid)]
  const options = [...which, ...(environment ? ['-E'] : []), '-ww', '-o', 'pid=,ppid=,command=']
  // `ps` exits with 1 if there is no such process.
  const { stdout } = await run('ps', options, { maxBuffer: 64 << 20 }).catch(() => ({ stdout: '' }))
  return parseRows(stdout).map(row => (environment ? { ...row, environment: row.command } : row))
}

async function windowsProcesses({ pid }: Wanted): Promise<readonly ListedProcess[]> {
  const filter = pid === undefined ? '' : ` -Filter "ProcessId = ${pid}"`
  const script =
    '[Console]::OutputEncoding = [Text.Encoding]::UTF8; ' +
    `Get-CimInstance Win32_Process${filter} | ` +
    'ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.CommandLine)" }'
  const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], {
    windowsHide: true,
    maxBuffer: 64 << 20
  }).catch(() => ({ stdout: '' }))
  return parseRows(stdout)
}

function parseRows(text: string): readonly ListedProcess[] {
  return text.split(/\r?\n/).flatMap(line => {
    const match = /^\s*(\d+)\s+(\d+)\s(.*)$/.exec(line)
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }] : []
  })
}
