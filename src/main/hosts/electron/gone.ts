/** Logs processes of Chromium that end unexpectedly. */
import { app } from 'electron'
import type { HostLog } from '#core/host/log.ts'
import { isOwnWindow } from './window.ts'

export function keepGone({ error }: HostLog) {
  app.on('render-process-gone', (_event, contents, { reason, exitCode }) => {
    const whose = isOwnWindow(contents) ? 'a window' : 'a running app'
    if (reason !== 'clean-exit') error(`The page of ${whose} is gone: ${reason}, exit code ${exitCode}.`)
  })
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    if (reason !== 'clean-exit')
      error(`A helper of Chromium (${type}) is gone: ${reason}, exit code ${exitCode}.`)
  })
}
