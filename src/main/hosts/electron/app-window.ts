/** The window of a running app. Untrusted: no preload, in-memory session, no navigation off its origin. */
import { BrowserWindow, dialog, type WebContents } from 'electron'
import type { ShownApp } from '#core/ports.ts'
import { t } from '#shared/language.ts'
import { externalUrl } from '#shared/url.ts'
import { appSession, confine } from './app-session.ts'
import { openQuestion, windowTitle } from './app-window-texts.ts'
import { type Gestures, watchGestures } from './gesture.ts'
import { hardened, type PageRules, setRules } from './hardening.ts'
import { openOutside } from './open-outside.ts'
import { withoutPowers } from './without-powers.ts'

/** Milliseconds a page has to close before its window is destroyed. */
const CLOSE_MS = 1_000

interface AppWindow {
  readonly window: BrowserWindow
  /** Resolves when a page of the app may be loaded. */
  readonly prepared: Promise<void>
  /** The origin its page must stay on; undefined until it is loaded. */
  origin: string | undefined
}

const windows = new Map<string, AppWindow>()
const gestures = new WeakMap<WebContents, Gestures>()

/**
 * `failed` is called with the reason if a window or a link cannot be opened. The returned function returns false for an
 * address that is not on this computer. A second call for the same app brings its window to the front.
 */
export function createShowApp(failed: (error: unknown) => void): (app: ShownApp) => boolean {
  return ({ id, title, url }) => {
    const address = externalUrl(url)
    if (address === undefined || new URL(address).protocol !== 'http:') return false
    const before = windows.get(id)
    const shown = before ?? openWindow(id, failed)
    const { window } = shown
    window.setTitle(windowTitle(title, new URL(address).host))
    if (before) {
      if (window.isMinimized()) window.restore()
      window.focus()
    }
    void load(shown, address).catch(error => {
      // The user closed the window while it opened: not a failure.
      if (window.isDestroyed()) return
      window.destroy()
      failed(error)
    })
    return true
  }
}

/** Closes all app windows at once, without asking their pages. */
export function destroyAppWindows() {
  for (const { window } of windows.values()) window.destroy()
}

function openWindow(id: string, failed: (error: unknown) => void): AppWindow {
  const window = new BrowserWindow({
    width: 1100,
    height: 760,
    webPreferences: hardened({
      session: appSession(id, contents => (contents ? gestures.get(contents) : undefined)),
      // From the second dialog on, the user can block further dialogs.
      safeDialogs: true,
      safeDialogsMessage: t`Do not show more dialogs from this app`
    })
  })
  const { webContents } = window
  gestures.set(webContents, watchGestures(webContents))
  // The title shows which app the page belongs to, so the page must not set it. It must not move its window either.
  window.on('page-title-updated', event => event.preventDefault())
  webContents.on('content-bounds-updated', event => event.preventDefault())
  window.removeMenu()
  endInTime(window)
  const shown: AppWindow = { window, prepared: takeAway(webContents), origin: undefined }
  setRules(webContents, {
    isHome: url => shown.origin !== undefined && URL.canParse(url) && new URL(url).origin === shown.origin,
    hasFrames: true,
    openElsewhere: askBeforeOpening(window, failed)
  })
  windows.set(id, shown)
  window.on('closed', () => windows.delete(id))
  return shown
}

/** Closes the window even if its page hangs, shows dialogs or refuses to close. */
function endInTime(window: BrowserWindow) {
  window.webContents.on('will-prevent-unload', event => event.preventDefault())
  window.once('close', () => {
    const timer = setTimeout(() => window.destroy(), CLOSE_MS)
    window.once('closed', () => clearTimeout(timer))
  })
}

/** Confines the window to the address of each call, because the app may have been restarted on another port. */
async function load(shown: AppWindow, address: string) {
  const { window } = shown
  const { origin, host } = new URL(address)
  shown.origin = origin
  await confine(window.webContents.session, host)
  await shown.prepared
  // If the page does not answer, the window shows that.
  await window.loadURL(address).catch(() => undefined)
}

/**
 * Removes WebRTC and printing from each frame before its first script runs. WebRTC is not a request, so no filter sees
 * it, and it resolves names even if it may send nothing; the policy below covers frames that still have it. Closing a
 * window that is printing ends the whole program.
 */
async function takeAway(contents: WebContents) {
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  // A debugger gets answers only once a page is loaded.
  await contents.loadURL('about:blank')
  contents.debugger.attach()
  await contents.debugger.sendCommand('Page.enable')
  const source = withoutPowers(t`This window does not print. To print, open the app in your browser.`)
  await contents.debugger.sendCommand('Page.addScriptToEvaluateOnNewDocument', { source })
}

/** Opens addresses in the browser on the page's request: after a gesture, if the user agrees, one at a time. */
function askBeforeOpening(
  window: BrowserWindow,
  failed: (error: unknown) => void
): PageRules['openElsewhere'] {
  const { webContents } = window
  let isAsking = false
  return ({ url, postBody }) => {
    // The browser gets only an address: the data of a posted form would be lost.
    const address = postBody ? undefined : externalUrl(url)
    if (address === undefined || isAsking || !gestures.get(webContents)?.take()) return
    isAsking = true
    void mayOpen(window, address)
      .then(yes => yes && openOutside(address, failed), failed)
      .finally(() => {
        isAsking = false
        // The click or key that answered the dialog must not count as a gesture for the page.
        gestures.get(webContents)?.take()
      })
  }
}

async function mayOpen(window: BrowserWindow, address: string): Promise<boolean> {
  const { message, detail, buttons } = openQuestion(window.getTitle(), address)
  const { response } = await dialog.showMessageBox(window, {
    ...{ type: 'question', message, detail, buttons: [...buttons], defaultId: 1, cancelId: 1, noLink: true }
  })
  return response === 0
}
