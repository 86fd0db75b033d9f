/** Checks whether a process of this computer is alive, and whether this user may end it. */

/** True while a process with that ID exists, also if it belongs to another user. A negative ID is a process group. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid === 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** True for a live process that this user may end. */
export function isOurs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
