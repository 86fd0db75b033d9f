/** Runs programs for a benchmark and measures their cost: wall and CPU seconds, peak memory. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

export interface Cost {
  /** Seconds. */
  readonly wall: number
  /** Seconds of all threads and child processes, user and system. */
  readonly cpu: number
  /** MB of the largest process. */
  readonly memory: number
}

// Node cannot report the cost of a child process; Python can.
const WRAPPER = `
import json, resource, subprocess, sys, time
begin = time.monotonic()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
wall = time.monotonic() - begin
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1e6 if sys.platform == "darwin" else 1e3
print(json.dumps({"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / unit}))
sys.exit(code)
`

/** `env` is added to this process's environment. */
export async function measure(
  command: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {}
): Promise<Cost> {
  const { stdout } = await promisify(execFile)('python3', ['-c', WRAPPER, ...command], {
    cwd: folder,
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map(folder => join(folder, name)).find(path => existsSync(path))
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  const lines = rows.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  process.stdout.write(`\n${title}\n${lines.map(line => `  ${line.trimEnd()}`).join('\n')}\n`)
}
