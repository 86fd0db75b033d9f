/** Identifies the process at work on an instance or job by PID and start time (PIDs are reused). */
import { readFileSync, readlinkSync } from 'node:fs'
import { uptime } from 'node:os'
import { isAlive as isProcessAlive } from '../process-alive.ts'

export interface Actor {
  readonly pid: number
  /** Clock ticks from boot to the process's start; null where the system does not show it. */
  readonly start: string | null
  /** Milliseconds from boot until it began: a clock that nobody can set. */
  readonly since: number
  /** Linux: which process IDs it can see; null where that is not shown. A container has its own. */
  readonly space?: string | null
}

/** Milliseconds after which nobody is believed to be still at it, where a start cannot be compared. */
const LONGEST = 10 * 60_000

export function thisProcess(): Actor {
  return { pid: process.pid, start: startOf(process.pid), since: uptime() * 1000, space: ownSpace() }
}

export function isAlive(actor: Actor): boolean {
  if (!isProcessAlive(actor.pid)) return false
  const start = startOf(actor.pid)
  if (actor.start !== null && start !== null) return actor.start === start
  return isWithin(actor, LONGEST)
}

/** Whether it has certainly ended. In doubt it has not: where starts are not shown, any process of its ID may be it. */
export function hasEnded(actor: Actor): boolean {
  if (actor.space !== undefined && actor.space !== ownSpace()) return false
  if (!isProcessAlive(actor.pid)) return true
  const start = startOf(actor.pid)
  if (actor.start !== null && start !== null) return actor.start !== start
  return !isWithin(actor, Number.POSITIVE_INFINITY)
}

/** Whether it began no longer ago than that; never for one of before the last boot. */
export function isWithin({ since }: Actor, milliseconds: number): boolean {
  const age = uptime() * 1000 - since
  // Some systems tell whole seconds only.
  return age >= -1000 && age < milliseconds
}

function ownSpace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return null
  }
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
