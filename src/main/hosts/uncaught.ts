/** Writes uncaught errors to the host's log. They still end the process, except for too many open files. */
import type { HostLog } from '#core/host/log.ts'
import { isOutOfFiles } from '#shared/errors.ts'

/** Until the function it returns is called. */
export function keepUncaught({ error, uncaught }: HostLog): () => void {
  // Electron shows the one in a dialog and only warns of the other; Node prints both, and sees both as the first.
  const inElectron = process.versions.electron !== undefined
  const thrown = inElectron ? error : uncaught
  const rejected = inElectron ? error : (reason: unknown) => endUnlessItPasses(reason, error)
  process.on('uncaughtExceptionMonitor', thrown)
  process.on('unhandledRejection', rejected)
  return () => {
    process.off('uncaughtExceptionMonitor', thrown)
    process.off('unhandledRejection', rejected)
  }
}

/** Too many open files is a passing state, and when Node cannot open a module it rejects a promise our code never sees. */
function endUnlessItPasses(reason: unknown, tell: (error: unknown) => void): void {
  if (!isOutOfFiles(reason)) throw reason
  tell(reason)
}
