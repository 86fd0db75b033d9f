/** Who is at work on an instance: a process, told from a later one of the same ID by its start where that can be seen. */
import { readFileSync } from 'node:fs'
import { isAlive as isProcessAlive } from '../process-alive.ts'

export interface Actor {
  readonly pid: number
  /** Clock ticks from boot to the process's start; null where the system does not show it. */
  readonly start: string | null
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** Milliseconds after which nobody is believed to be still at it, where a start cannot be compared. */
const LONGEST = 10 * 60_000

export function thisProcess(): Actor {
  return { pid: process.pid, start: startOf(process.pid), since: Date.now() }
}

export function isAlive(actor: Actor): boolean {
  if (!isProcessAlive(actor.pid)) return false
  const start = startOf(actor.pid)
  if (actor.start !== null && start !== null) return actor.start === start
  return Math.abs(Date.now() - actor.since) < LONGEST
}

function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Fields are counted after the name, which may hold spaces and brackets: the start is the 22nd of all.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
