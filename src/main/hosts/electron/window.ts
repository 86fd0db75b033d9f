/** Windows: where they were the last time, themed before their first paint, each with a view of its own. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme, type Rectangle, screen, type WebContents } from 'electron'
import { z } from 'zod'
import { replaceFile } from '#core/files.ts'
import type { Asked } from './asked.ts'
import { APP_ORIGIN } from './scheme.ts'

const Bounds = z.object({
  x: z.int().optional(),
  y: z.int().optional(),
  width: z.int().min(640),
  height: z.int().min(480)
})

/** What a window is told: something to open, or a command of the menu. */
export type Told = Asked | { readonly kind: 'command'; readonly name: string }

interface Own {
  /** 1 for the first; the view of each is kept under its number. */
  readonly number: number
  /** What came before its page listened; undefined once it does. */
  waiting: Told[] | undefined
}

/** Contents of windows this file opened: no other is served. */
const own = new WeakMap<WebContents, Own>()

export const isOwnWindow = (contents: WebContents) => own.has(contents)

export function openWindow(configFolder: string): BrowserWindow {
  const number = freeNumber()
  const suffix = number === 1 ? '' : `-${number}`
  const file = join(configFolder, `window${suffix}.json`)
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
  own.set(window.webContents, { number, waiting: [] })
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    const { x, y, width, height } = window.getNormalBounds()
    void replaceFile(file, JSON.stringify({ x, y, width, height })).catch(error => console.error(error))
  })
  void window.loadURL(number === 1 ? `${APP_ORIGIN}/` : `${APP_ORIGIN}/?window=${number}`)
  return window
}

/** The window the user is in, or was in last. */
export function currentWindow(): BrowserWindow | undefined {
  const focused = BrowserWindow.getFocusedWindow()
  return focused && isOwnWindow(focused.webContents) ? focused : ownWindows()[0]
}

/** Without those of running apps. */
function ownWindows(): BrowserWindow[] {
  return BrowserWindow.getAllWindows().filter(window => isOwnWindow(window.webContents))
}

export function showWindow(window: BrowserWindow) {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Tells the page of a window, as soon as it listens. */
export function tell(window: BrowserWindow, told: Told) {
  const { waiting } = own.get(window.webContents) ?? {}
  if (waiting) waiting.push(told)
  else window.webContents.send('q8s-told', told)
}

/** The page listens: it asked for its port. */
export function listening(contents: WebContents) {
  const known = own.get(contents)
  for (const told of known?.waiting ?? []) contents.send('q8s-told', told)
  if (known) known.waiting = undefined
}

/** The lowest number no window has, so that a second window has the view the last second one had. */
function freeNumber(): number {
  const taken = ownWindows().map(window => own.get(window.webContents)?.number)
  let number = 1
  while (taken.includes(number)) number += 1
  return number
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
