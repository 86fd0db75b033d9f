/** What the app shows outside its windows, if the user wants it: notifications, and an icon in the tray. */
import { readFileSync } from 'node:fs'
import { app, BrowserWindow, Menu, Notification, nativeImage, Tray } from 'electron'
import { resourcePath } from '#core/host/resources.ts'
import type { Host } from '#main/compose.ts'
import type { HostEvent } from '#shared/host-events.ts'
import { t } from '#shared/language.ts'
import { followNews, type Notice } from './news.ts'

export interface Notices {
  hasTray(): boolean
  /** Applies the settings now and after each change. Resolves after the first time. */
  follow(): Promise<void>
}

/** `show` brings a window to the front; with an event, it also sends that to the window. */
export function createNotices(host: Host, show: (event?: HostEvent) => void): Notices {
  let tray: Tray | undefined
  let following: AbortController | undefined
  let obeying = Promise.resolve()

  async function obey() {
    const { notify, tray: wanted } = await host.client().system.settings()
    if (wanted) tray ??= createTray(show)
    else {
      tray?.destroy()
      tray = undefined
    }
    if (!notify) following?.abort()
    else if (!following || following.signal.aborted) {
      following = new AbortController()
      followNews(host.client(), noticeBy(show), following.signal, host.log.error)
    }
  }

  return {
    hasTray: () => tray !== undefined,
    follow() {
      const obeyInTurn = () => {
        obeying = obeying.then(obey).catch(host.log.error)
        return obeying
      }
      host.onSettings(obeyInTurn)
      return obeyInTurn()
    }
  }
}

function createTray(show: (event?: HostEvent) => void): Tray {
  const tray = new Tray(trayIcon())
  tray.setToolTip('q8s Desktop')
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: t`Open q8s Desktop`, click: () => show() },
      { label: t`Instances`, click: () => show({ kind: 'command', name: 'page:instances' }) },
      { type: 'separator' },
      { label: t`Quit`, click: () => app.quit() }
    ])
  )
  // On a Mac, a click opens the menu.
  if (process.platform !== 'darwin') tray.on('click', () => show())
  return tray
}

/** 32 pixels. A Mac's menu bar has room for 16, each drawn with two of our pixels. */
function trayIcon() {
  const scaleFactor = process.platform === 'darwin' ? 2 : 1
  return nativeImage.createFromBuffer(readFileSync(resourcePath('icons/tray.png')), { scaleFactor })
}

/** Notifications on screen. Without a reference a notification is garbage-collected, and its click handler with it. */
const shown = new Set<Notification>()
const MAX_SHOWN = 50

/** Shows a notification, unless a window of ours has the focus. */
function noticeBy(show: (event?: HostEvent) => void): Notice {
  return ({ title, body, about }) => {
    if (BrowserWindow.getFocusedWindow() || !Notification.isSupported()) return
    const notification = new Notification({ title, body })
    const forget = () => shown.delete(notification)
    notification.on('click', () => {
      forget()
      show(about)
    })
    notification.on('close', forget)
    notification.on('failed', forget)
    for (const oldest of [...shown].slice(0, Math.max(0, shown.size - MAX_SHOWN + 1))) shown.delete(oldest)
    shown.add(notification)
    notification.show()
  }
}
