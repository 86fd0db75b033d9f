/** The Electron host: owns the core, opens windows, and hands each page a port to the contract. */
import { join } from 'node:path'
import { app, BrowserWindow, dialog } from 'electron'
import { homeFolders } from '#core/paths.ts'
import { createHost } from '#main/compose.ts'
import { showApp } from './app-window.ts'
import { lockDown } from './lock-down.ts'
import { installMenu } from './menu.ts'
import { servePorts } from './ports.ts'
import { serveApp } from './scheme.ts'
import { openWindow } from './window.ts'

const folders = homeFolders()
app.setName('q8s Desktop')
app.setPath('userData', join(folders.config, 'electron'))
lockDown()

if (app.requestSingleInstanceLock()) void start()
else app.quit()

async function start() {
  let project: string | undefined
  const host = createHost({ kind: 'electron', folders, pickFolder, showApp, firstProject: () => project })
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(folders.config)
  })
  closeBeforeQuit(() => host.close())

  await app.whenReady()
  serveApp()
  servePorts(host)
  installMenu()
  if (process.argv.includes('--sample')) project = (await host.client().projects.sample()).path
  openWindow(folders.config)
}

async function pickFolder(): Promise<string | undefined> {
  const options = { properties: ['openDirectory' as const], title: 'Open a project' }
  const window = BrowserWindow.getFocusedWindow()
  const { filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options))
  return filePaths[0]
}

/** Quitting waits until running jobs have cleaned up; a second request does not wait. */
function closeBeforeQuit(close: () => Promise<void>) {
  let closing = false
  app.on('before-quit', event => {
    if (closing) return
    closing = true
    event.preventDefault()
    void close().finally(() => app.quit())
  })
}
