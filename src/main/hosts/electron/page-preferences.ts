/** What every page of every window gets: Chromium's sandbox, no Node, and no way to hold another page. */
import { app, type WebPreferences } from 'electron'

export function pagePreferences(): WebPreferences {
  return {
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    navigateOnDragDrop: false,
    devTools: !app.isPackaged,
    spellcheck: false
  }
}
