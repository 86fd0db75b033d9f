/** A window: where it was the last time, themed before its first paint. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme, type Rectangle, screen, type WebContents } from 'electron'
import { z } from 'zod'
import { replaceFile } from '#core/files.ts'
import { APP_ORIGIN } from './scheme.ts'

const Bounds = z.object({
  x: z.int().optional(),
  y: z.int().optional(),
  width: z.int().min(640),
  height: z.int().min(480)
})

/** Contents of windows this file opened: no other is served. */
const own = new WeakSet<WebContents>()

export const isOwnWindow = (contents: WebContents) => own.has(contents)

export function openWindow(configFolder: string) {
  const file = join(configFolder, 'window.json')
  const window = new BrowserWindow({
    ...remembered(file),
    minWidth: 720,
    minHeight: 520,
    show: false,
    title: 'q8s Desktop',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
    webPreferences: {
      preload: join(app.getAppPath(), 'out', 'preload', 'index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      devTools: !app.isPackaged,
      spellcheck: false
    }
  })
  own.add(window.webContents)
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    const { x, y, width, height } = window.getNormalBounds()
    void replaceFile(file, JSON.stringify({ x, y, width, height })).catch(error => console.error(error))
  })
  void window.loadURL(`${APP_ORIGIN}/`)
}

/** The last place, where it is still on a screen; a file that cannot be read is a first start. */
function remembered(file: string) {
  try {
    const { x, y, width, height } = Bounds.parse(JSON.parse(readFileSync(file, 'utf8')))
    if (x !== undefined && y !== undefined && isVisible({ x, y, width, height }))
      return { x, y, width, height }
    return { width, height }
  } catch {
    return { width: 1280, height: 800 }
  }
}

function isVisible(bounds: Rectangle): boolean {
  const { workArea } = screen.getDisplayMatching(bounds)
  return (
    bounds.x < workArea.x + workArea.width - 50 &&
    bounds.x + bounds.width > workArea.x + 50 &&
    bounds.y >= workArea.y - 10 &&
    bounds.y < workArea.y + workArea.height - 50
  )
}
