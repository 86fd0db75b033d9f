/** Lists processes on Linux, from the files under /proc. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import type { ListedProcess } from './listed-process.ts'

/** Processes read at the same time: enough to be fast, few enough for any limit of open files. */
const AT_ONCE = 32

/** Undefined if the process is gone, or has ended and is not yet reaped. */
export async function linuxProcess(pid: number, environment = false): Promise<ListedProcess | undefined> {
  const [stat, command, environ] = await Promise.all([
    read(pid, 'stat'),
    read(pid, 'cmdline'),
    environment ? read(pid, 'environ') : undefined
  ])
  // `pid (name) state parent …`: the name may contain anything, even a parenthesis.
  const [state, parent] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  // A process whose first thread has ended continues in its other threads.
  const thread = state === 'Z' ? await anotherThread(pid) : pid
  if (!state || state === 'X' || thread === undefined) return undefined
  const text = command?.replace(/\0$/, '').replaceAll('\0', ' ') ?? ''
  // A process that is ending has lost its command line and environment, but may still hold files and ports.
  const folder =
    environment && !environ ? await readlink(`/proc/${thread}/cwd`).catch(() => undefined) : undefined
  return { pid, parent: Number(parent), command: text, environment: environ, folder }
}

async function anotherThread(pid: number): Promise<number | undefined> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  return threads.map(Number).find(thread => thread !== pid)
}

/** All processes. Those of other users come without their environment. */
export async function linuxProcesses(environment: boolean): Promise<readonly ListedProcess[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const found: ListedProcess[] = []
  for (let start = 0; start < pids.length; start += AT_ONCE) {
    const part = await Promise.all(
      pids.slice(start, start + AT_ONCE).map(pid => linuxProcess(pid, environment))
    )
    for (const listed of part) if (listed) found.push(listed)
  }
  return found
}

function read(pid: number, file: string): Promise<string | undefined> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => undefined)
}
