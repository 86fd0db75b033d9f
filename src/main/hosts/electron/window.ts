/** Our own windows: they open where they were, with the theme from the first paint, and each has its own view. */
import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme, screen, type WebContents } from 'electron'
import type { HostEvent } from '#shared/host-events.ts'
import { EVENT_CHANNEL } from '#shared/window-channels.ts'
import { comeBack } from './come-back.ts'
import { hardened } from './hardening.ts'
import { fitInto, MAX_WINDOWS, type Places } from './places.ts'
import { APP_ORIGIN } from './scheme.ts'

interface Own {
  /** 1 for the first; each window's view is stored under its number. */
  readonly number: number
  /** Events that came before the page listened; undefined once it does. */
  waiting: HostEvent[] | undefined
}

/** Contents of windows that this file opened: only these are served. */
const own = new WeakMap<WebContents, Own>()

let usedLast: BrowserWindow | undefined

export const isOwnWindow = (contents: WebContents) => own.has(contents)

/** Opens the windows that were open when the app ended. */
export function openWindows(places: Places, minimised = false) {
  for (const number of places.toOpen()) openNumbered(places, number, minimised)
}

/** Opens one more window, or returns the current one if the limit is reached. */
export function openWindow(places: Places): BrowserWindow {
  const number = freeNumber()
  return (number > MAX_WINDOWS ? currentWindow() : undefined) ?? openNumbered(places, number)
}

function openNumbered(places: Places, number: number, minimised = false): BrowserWindow {
  const before = places.of(number)
  const window = new BrowserWindow({
    ...(before ? fitInto(screen.getDisplayMatching(before).workArea, before) : { width: 1280, height: 800 }),
    minWidth: 720,
    minHeight: 520,
    show: false,
    title: 'q8s Desktop',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
    webPreferences: hardened({ preload: join(app.getAppPath(), 'out', 'preload', 'index.cjs') })
  })
  const willListen = () => own.set(window.webContents, { number, waiting: [] })
  willListen()
  comeBack(window, willListen)
  window.once('ready-to-show', () => {
    const unfold = () => before?.maximized && window.maximize()
    if (minimised) {
      window.once('restore', unfold)
      window.minimize()
      return
    }
    unfold()
    window.show()
  })
  keepPlace(places, number, window)
  window.on('focus', () => {
    usedLast = window
  })
  void window.loadURL(number === 1 ? `${APP_ORIGIN}/` : `${APP_ORIGIN}/?window=${number}`)
  return window
}

function keepPlace(places: Places, number: number, window: BrowserWindow) {
  const put = () => places.put(number, { ...window.getNormalBounds(), maximized: window.isMaximized() })
  put()
  window.on('move', put)
  window.on('resize', put)
  window.on('closed', () => places.closed(number))
}

/** The window that has the focus, or had it last. */
export function currentWindow(): BrowserWindow | undefined {
  return usedLast && !usedLast.isDestroyed() ? usedLast : ownWindows()[0]
}

/** Our own windows, without those of running apps. */
function ownWindows(): BrowserWindow[] {
  return BrowserWindow.getAllWindows().filter(window => isOwnWindow(window.webContents))
}

export function showWindow(window: BrowserWindow) {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Sends an event to the window's page, as soon as the page listens. */
export function sendEvent(window: BrowserWindow, event: HostEvent) {
  const { waiting } = own.get(window.webContents) ?? {}
  if (waiting) waiting.push(event)
  else window.webContents.send(EVENT_CHANNEL, event)
}

export function sendEventToAll(event: HostEvent) {
  for (const window of ownWindows()) sendEvent(window, event)
}

/** Called when the page asks for its port: from then on it listens. */
export function listening(contents: WebContents) {
  const known = own.get(contents)
  for (const event of known?.waiting ?? []) contents.send(EVENT_CHANNEL, event)
  if (known) known.waiting = undefined
}

/** The lowest free number, so that a second window gets the view of the last second window. */
function freeNumber(): number {
  const taken = ownWindows().map(window => own.get(window.webContents)?.number)
  let number = 1
  while (taken.includes(number)) number += 1
  return number
}
