/** Writes uncaught errors to the host's log. They still end the process, except for too many open files. */
import type { HostLog } from '#core/host/log.ts'
import { isOutOfFiles } from '#shared/errors.ts'

/** Logs until the returned function is called. */
export function keepUncaught({ error, uncaught }: HostLog): () => void {
  // Electron shows exceptions in a dialog and only warns of rejections. Node prints both and reports both as
  // exceptions.
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

/**
 * Does not end the process for too many open files, which is temporary: if Node cannot open a module, it rejects a
 * promise that our code never gets.
 */
function endUnlessItPasses(reason: unknown, tell: (error: unknown) => void): void {
  if (!isOutOfFiles(reason)) throw reason
  tell(reason)
}
