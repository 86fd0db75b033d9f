/** Whether a process of this computer lives, and whose it is. */

/** True while a process of that ID exists, also one of another user. A negative ID asks for a process group. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid === 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** True for a living process that this user may end. */
export function isOurs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
