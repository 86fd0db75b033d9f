/** A window for a running app: a stranger's page, so it gets no preload, a session that is forgotten, and no way off its own address. */
import { BrowserWindow, type Session, session } from 'electron'
import type { ShownApp } from '#core/ports.ts'
import { visibleLine } from '#shared/text.ts'
import { externalUrl } from '#shared/url.ts'
import { keepAt } from './lock-down.ts'

const windows = new Map<string, BrowserWindow>()

/** False for an address that is not on this computer. A second call for the same app brings its window forward. */
export function showApp({ id, title, url }: ShownApp): boolean {
  const address = externalUrl(url)
  if (address === undefined || new URL(address).protocol !== 'http:') return false
  const { origin, host } = new URL(address)
  const before = windows.get(id)
  if (before) {
    // It may have been started again since, on another port.
    confined(id, host)
    keepAt(before.webContents, origin)
    before.setTitle(titleOf(title, host))
    if (before.isMinimized()) before.restore()
    before.focus()
    void before.loadURL(address).catch(() => undefined)
    return true
  }
  const window = new BrowserWindow({
    width: 1100,
    height: 760,
    title: titleOf(title, host),
    webPreferences: {
      session: confined(id, host),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false
    }
  })
  // Whose page it is says the title, not the page.
  window.on('page-title-updated', event => event.preventDefault())
  window.on('closed', () => windows.delete(id))
  window.removeMenu()
  keepAt(window.webContents, origin)
  windows.set(id, window)
  // A page that does not answer shows as one.
  void window.loadURL(address).catch(() => undefined)
  return true
}

const titleOf = (title: string, host: string) => `${visibleLine(title)} (${host})`

/** Kept in memory only, and reaching nothing but the app itself. */
function confined(id: string, host: string): Session {
  const own = session.fromPartition(`app-${id}`)
  own.setPermissionRequestHandler((_contents, _permission, decide) => decide(false))
  own.setPermissionCheckHandler(() => false)
  own.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !isOf(host, url) }))
  return own
}

function isOf(host: string, address: string): boolean {
  const url = new URL(address)
  if (['blob:', 'data:', 'devtools:'].includes(url.protocol)) return true
  return ['http:', 'ws:'].includes(url.protocol) && url.host === host
}
