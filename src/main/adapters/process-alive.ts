/** Whether a process of this computer lives. */

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
