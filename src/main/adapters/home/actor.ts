/** Identifies the process at work on an instance or job by PID and start time (PIDs are reused). */
import { readFileSync, readlinkSync } from 'node:fs'
import { uptime } from 'node:os'
import { isAlive as isProcessAlive } from '../process-alive.ts'

export interface Actor {
  readonly pid: number
  /** Clock ticks from boot to the process's start. Null if the system does not show it. */
  readonly start: string | null
  /** Milliseconds from boot to when this record was made, by a clock that cannot be set. */
  readonly since: number
  /** Linux: the PID namespace of the process. Null if that is not shown. A container has its own. */
  readonly space?: string | null
}

/** If start times cannot be compared, a process counts as alive for at most this many milliseconds. */
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

/** True only if the process has certainly ended. Without start times, any process with the same ID may still be it. */
export function hasEnded(actor: Actor): boolean {
  if (actor.space !== undefined && actor.space !== ownSpace()) return false
  if (!isProcessAlive(actor.pid)) return true
  const start = startOf(actor.pid)
  if (actor.start !== null && start !== null) return actor.start !== start
  return !isWithin(actor, Number.POSITIVE_INFINITY)
}

/** Whether it was recorded less than this many milliseconds ago. False if that was before the last boot. */
export function isWithin({ since }: Actor, milliseconds: number): boolean {
  const age = uptime() * 1000 - since
  // Some systems only report whole seconds.
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
    // Count fields after the name, which may contain spaces and brackets: the start time is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
