/** Reloads a page that crashed. If it soon crashes again, or does not answer, the user is asked. */
import { type BrowserWindow, dialog } from 'electron'
import { t } from '#shared/language.ts'

/** A second crash within this many milliseconds is not treated as an accident. */
const SOON_MS = 60_000

/** `opened` is called before the page is opened again. */
export function comeBack(window: BrowserWindow, opened: () => void) {
  const { webContents } = window
  let crashedAt = Number.NEGATIVE_INFINITY

  function open() {
    opened()
    webContents.reload()
  }

  webContents.on('render-process-gone', async (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    const soon = Date.now() - crashedAt < SOON_MS
    crashedAt = Date.now()
    if (!soon) return open()
    const buttons = [t`Open it again`, t`Close it`]
    const again = await ask(window, t`This window has stopped working again.`, buttons)
    if (window.isDestroyed()) return
    if (again) open()
    else window.close()
  })

  window.on('unresponsive', async () => {
    const answers = new AbortController()
    window.once('responsive', () => answers.abort())
    const buttons = [t`Open it again`, t`Wait`]
    const again = await ask(window, t`This window does not answer.`, buttons, answers.signal)
    // The crash handler opens it again.
    if (again && !answers.signal.aborted && !window.isDestroyed()) webContents.forcefullyCrashRenderer()
  })
}

/** Whether the user chose the first button. */
async function ask(window: BrowserWindow, message: string, buttons: string[], signal?: AbortSignal) {
  const detail = t`Unsaved changes are kept, and what runs keeps running.`
  const { response } = await dialog.showMessageBox(window, {
    ...{ type: 'warning', message, detail, buttons, defaultId: 0, cancelId: 1, noLink: true },
    ...(signal && { signal })
  })
  return response === 0
}
