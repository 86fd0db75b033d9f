/**
 * Finds the processes of launchers. A launcher is known by its command line, `python launcher.py <run folder>`, which
 * no other process has: safe against reused IDs, and against clocks set back, which start times are not.
 */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { isAlive } from '../process-alive.ts'

const run = promisify(execFile)

/** A process, and its arguments joined by spaces. */
interface Listed {
  readonly pid: number
  readonly command: string
}

export interface FoundLauncher {
  readonly pid: number
  readonly runFolder: string
}

/** True while the process lives and is the launcher of that run folder. */
export async function isLauncher(pid: number, runFolder: string): Promise<boolean> {
  if (!isAlive(pid)) return false
  const command = await commandOf(pid)
  return command !== undefined && runFolderOf(command) === runFolder
}

/** Every launcher on this computer that this user may see. */
export async function findLaunchers(): Promise<readonly FoundLauncher[]> {
  const found: FoundLauncher[] = []
  for (const { pid, command } of await listProcesses()) {
    const runFolder = runFolderOf(command)
    if (runFolder !== undefined) found.push({ pid, runFolder })
  }
  return found
}

/** True while any process is in that process group. Windows has no groups. */
export function isGroupAlive(group: number): boolean {
  return process.platform !== 'win32' && isAlive(-group)
}

/** The last argument of a launcher's command line. */
function runFolderOf(command: string): string | undefined {
  if (process.platform === 'win32') return /[\\/]launcher\.py"? "?([^"]+?)"?\s*$/.exec(command)?.[1]
  return /\/launcher\.py (.+)$/s.exec(command)?.[1]
}

async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return linuxCommand(pid)
  const listed = process.platform === 'win32' ? await windowsProcesses(pid) : await psProcesses(pid)
  return listed[0]?.command
}

async function listProcesses(): Promise<readonly Listed[]> {
  if (process.platform === 'win32') return windowsProcesses()
  if (process.platform !== 'linux') return psProcesses()
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const commands = await Promise.all(pids.map(linuxCommand))
  return pids.flatMap((pid, index) => {
    const command = commands[index]
    return command ? [{ pid, command }] : []
  })
}

/** Undefined for a process that ended meanwhile; empty for a kernel thread or one not yet reaped. */
async function linuxCommand(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  return line?.replace(/\0$/, '').replaceAll('\0', ' ')
}

async function psProcesses(pid?: number): Promise<readonly Listed[]> {
  const which = pid === undefined ? ['-A'] : ['-p', String(pid)]
  // `ps` exits with 1 when there is no such process.
  const { stdout } = await run('ps', ['-ww', ...which, '-o', 'pid=,command='], {
    maxBuffer: 64 * 1024 * 1024
  }).catch(() => ({ stdout: '' }))
  return stdout.split('\n').flatMap(line => {
    const match = /^\s*(\d+)\s(.*)$/.exec(line)
    return match ? [{ pid: Number(match[1]), command: match[2] ?? '' }] : []
  })
}

async function windowsProcesses(pid?: number): Promise<readonly Listed[]> {
  const filter = pid === undefined ? "CommandLine LIKE '%launcher.py%'" : `ProcessId = ${pid}`
  const script =
    '[Console]::OutputEncoding = [Text.Encoding]::UTF8; ' +
    `Get-CimInstance Win32_Process -Filter "${filter}" | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }`
  const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], {
    windowsHide: true,
    maxBuffer: 64 * 1024 * 1024
  }).catch(() => ({ stdout: '' }))
  return stdout.split(/\r?\n/).flatMap(line => {
    const match = /^(\d+) (.+)$/.exec(line)
    return match ? [{ pid: Number(match[1]), command: match[2] ?? '' }] : []
  })
}
