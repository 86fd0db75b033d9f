/** A page that crashed comes back by itself; one that crashes again at once, or does not answer, is asked about. */
import { type BrowserWindow, dialog } from 'electron'

/** Milliseconds in which a second crash is no accident. */
const SOON_MS = 60_000

const COMES_BACK = 'What was not saved yet is kept, and what runs goes on.'

/** `opened` is called before the page is opened anew. */
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
    const again = await ask(window, 'This window has stopped working again.', ['Open it again', 'Close it'])
    if (window.isDestroyed()) return
    if (again) open()
    else window.close()
  })

  window.on('unresponsive', async () => {
    const answers = new AbortController()
    window.once('responsive', () => answers.abort())
    const again = await ask(window, 'This window does not answer.', ['Open it again', 'Wait'], answers.signal)
    // Its end opens it again.
    if (again && !answers.signal.aborted && !window.isDestroyed()) webContents.forcefullyCrashRenderer()
  })
}

/** Whether the first of the buttons was chosen. */
async function ask(window: BrowserWindow, message: string, buttons: string[], signal?: AbortSignal) {
  const { response } = await dialog.showMessageBox(window, {
    ...{ type: 'warning', message, detail: COMES_BACK, buttons, defaultId: 0, cancelId: 1, noLink: true },
    ...(signal && { signal })
  })
  return response === 0
}
