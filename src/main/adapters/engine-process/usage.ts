/** Resource use of launchers and their processes: CPU time from the system, memory as summed by the launchers. */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { EngineMetrics, EngineTarget } from '#core/ports.ts'
import { readLauncherState } from '../launcher-files.ts'

export interface TimedProcess {
  readonly pid: number
  readonly parent: number
  /** CPU time, including that of ended children if the system reports it. */
  readonly seconds: number
}

const run = promisify(execFile)
const OUTPUT = { windowsHide: true, maxBuffer: 64 << 20 }

/** Minimum milliseconds between two measurements: on Windows each one starts a program that takes a second. */
const PAUSE = process.platform === 'win32' ? 10_000 : 0

/** `isLauncher` checks whether a process is still the launcher of a run folder. */
export function createMetricsReader(
  isLauncher: (pid: number, runFolder: string) => Promise<boolean>,
  pause = PAUSE
) {
  let last: { readonly at: number; readonly ids: string; readonly known: Metrics } | undefined
  return async function readMetrics(targets: readonly EngineTarget[]): Promise<Metrics> {
    const ids = targets.map(({ instanceId }) => instanceId).join()
    if (last?.ids === ids && performance.now() - last.at < pause) return withoutTimes(last.known)
    const known = await look(targets, isLauncher)
    last = { at: performance.now(), ids, known }
    return known
  }
}

type Metrics = ReadonlyMap<string, EngineMetrics>

/** Drops CPU times of an earlier measurement, which would be taken for current ones. */
function withoutTimes(metrics: Metrics): Metrics {
  return new Map([...metrics].map(([id, { memoryUsed }]) => [id, { memoryUsed }]))
}

async function look(
  targets: readonly EngineTarget[],
  isLauncher: (pid: number, runFolder: string) => Promise<boolean>
): Promise<Metrics> {
  const running = await Promise.all(
    targets.map(async ({ instanceId, runFolder }) => {
      const state = await readLauncherState(runFolder)
      const lives = state && state.phase !== 'ended' && (await isLauncher(state.pid, resolve(runFolder)))
      return lives ? [{ instanceId, state }] : []
    })
  )
  const found = running.flat()
  if (found.length === 0) return new Map()
  const seconds = sumBelow(await timedProcesses())
  return new Map(
    found.map(({ instanceId, state }) => [
      instanceId,
      { memoryUsed: state.memoryUsed, cpuSeconds: seconds(state.pid) }
    ])
  )
}

/** Total seconds of a process and all processes below it. Undefined if there is no such process. */
export function sumBelow(all: readonly TimedProcess[]): (root: number) => number | undefined {
  const byParent = new Map<number, TimedProcess[]>()
  for (const process of all) byParent.set(process.parent, [...(byParent.get(process.parent) ?? []), process])
  return root => {
    const start = all.find(({ pid }) => pid === root)
    if (!start) return undefined
    const queue = [start]
    for (const { pid } of queue) queue.push(...(byParent.get(pid) ?? []).filter(it => !queue.includes(it)))
    return queue.reduce((sum, { seconds }) => sum + seconds, 0)
  }
}

function timedProcesses(): Promise<readonly TimedProcess[]> {
  if (process.platform === 'linux') return linuxTimes()
  return process.platform === 'win32' ? windowsTimes() : psTimes()
}

/** The kernel's unit of time in /proc: for programs it is always a hundredth of a second. */
const TICKS_PER_SECOND = 100

async function linuxTimes(): Promise<readonly TimedProcess[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const found: TimedProcess[] = []
  // Read one by one: the kernel answers at once, and no limit of open files is reached.
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
    const timed = stat === undefined ? undefined : parseStat(stat)
    if (timed) found.push(timed)
  }
  return found
}

/** `pid (name) state parent …`: the name may contain anything, even a parenthesis. */
export function parseStat(stat: string): TimedProcess | undefined {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [, parent] = fields
  if (parent === undefined || Number.isNaN(parent)) return undefined
  // CPU time in user and kernel mode, of the process and of its ended children: fields 14 to 17.
  const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0)
  return { pid: Number.parseInt(stat, 10), parent, seconds: ticks / TICKS_PER_SECOND }
}

/** For macOS and BSD. */
async function psTimes(): Promise<readonly TimedProcess[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,time='], OUTPUT).catch(() => ({ stdout: '' }))
  return stdout.split('\n').flatMap(line => {
    const [pid, parent, time] = line.trim().split(/\s+/)
    return pid && parent && time ? [{ pid: Number(pid), parent: Number(parent), seconds: clock(time) }] : []
  })
}

/** Converts `1-02:03:04`, `02:03.45` or `03:04` to seconds. */
export function clock(text: string): number {
  const [last = '', days = '0'] = text.split('-').reverse()
  return last.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400
}

/** Windows counts in units of 100 nanoseconds. */
async function windowsTimes(): Promise<readonly TimedProcess[]> {
  const script =
    'Get-CimInstance Win32_Process -Property ProcessId,ParentProcessId,KernelModeTime,UserModeTime | ' +
    'ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.KernelModeTime + $_.UserModeTime)" }'
  const { stdout } = await run(
    'powershell.exe',
    ['-NoProfile', '-NonInteractive', '-Command', script],
    OUTPUT
  ).catch(() => ({ stdout: '' }))
  return stdout.split(/\r?\n/).flatMap(line => {
    const match = /^(\d+) (\d+) (\d+)$/.exec(line.trim())
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), seconds: Number(match[3]) / 1e7 }] : []
  })
}
