/** What nobody caught: kept in the host's log; what becomes of the process is as it was. */
import type { HostLog } from '#core/host-log.ts'

/** Until the function it returns is called. */
export function keepUncaught({ error, uncaught }: HostLog): () => void {
  // Electron shows the one in a dialog and only warns of the other; Node prints both, and sees both as the first.
  const inElectron = process.versions.electron !== undefined
  const thrown = inElectron ? error : uncaught
  process.on('uncaughtExceptionMonitor', thrown)
  if (inElectron) process.on('unhandledRejection', error)
  return () => {
    process.off('uncaughtExceptionMonitor', thrown)
    process.off('unhandledRejection', error)
  }
}
