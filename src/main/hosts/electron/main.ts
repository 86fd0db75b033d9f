/** The Electron host: owns the core, opens windows, and gives each page a port to the contract. */
import { join } from 'node:path'
import { app, BrowserWindow, dialog } from 'electron'
import { homeFolders } from '#core/host/folders.ts'
import { createHost, type Host, openHostLog } from '#main/compose.ts'
import { t } from '#shared/language.ts'
import { keepUncaught } from '../uncaught.ts'
import { createShowApp } from './app-window.ts'
import { keepGone } from './gone.ts'
import { lockDown } from './hardening.ts'
import { AT_LOGIN, loginItem, wasAtLogin } from './login-item.ts'
import { followKeys } from './menu.ts'
import { createNotices } from './notices.ts'
import { type OpenRequest, requestOfFile, requestOfLink, requestsOfArguments } from './open-requests.ts'
import { createPlaces } from './places.ts'
import { servePorts } from './ports.ts'
import { quitInOrder } from './quit.ts'
import { serveApp } from './scheme.ts'
import { startProblem } from './start-problem.ts'
import { systemProxy } from './system-proxy.ts'
import { followUpdates, updateSource } from './updates.ts'
import { currentWindow, openWindow, openWindows, sendEvent, showWindow } from './window.ts'

const folders = homeFolders()
const log = openHostLog({ kind: 'electron', folders })
keepUncaught(log)
app.setName('q8s Desktop')
// Windows shows notifications only from a program with a known ID.
app.setAppUserModelId('ai.h2o.q8s.desktop')
app.setPath('userData', join(folders.config, 'electron'))
lockDown(log.error)
keepGone(log)

if (app.requestSingleInstanceLock()) void start()
else void giveWay()

/** Quits, because the app runs already; if the lock could not be taken for another reason, reports why. */
async function giveWay() {
  const problem = await startProblem(app.getPath('userData'))
  if (!problem) return app.quit()
  const words = [problem.message, problem.hint].filter(Boolean).join('\n')
  process.stderr.write(`${words}\n`)
  await app.whenReady()
  dialog.showErrorBox(t`q8s Desktop cannot start`, words)
  app.exit(1)
}

async function start() {
  let project: string | undefined
  const places = createPlaces(folders.config, log.error)
  const host = createHost({
    kind: 'electron',
    folders,
    log,
    pickFolder,
    showApp: createShowApp(log.error),
    loginItem: loginItem(app),
    firstProject: () => project,
    onlyGivenPaths: true,
    locale: () => app.getPreferredSystemLanguages()[0],
    systemProxy,
    updateSource: updateSource(folders, log.error)
  })
  const isEnding = quitInOrder(host, places.leave)
  const show = () => {
    if (!currentWindow()) openWindows(places)
    const window = currentWindow() ?? openWindow(places)
    showWindow(window)
    return window
  }
  const open = (requests: readonly OpenRequest[]) => {
    for (const request of requests) {
      if (request.kind === 'bundle') host.give(request.path)
      sendEvent(currentWindow() ?? openWindow(places), request)
    }
  }
  const notices = createNotices(host, event => {
    if (isEnding()) return
    const window = show()
    if (event) sendEvent(window, event)
  })
  let begun = () => {}
  const began = new Promise<void>(resolve => {
    begun = resolve
  })
  onOpenRequests(began, requests => {
    if (isEnding()) return
    show()
    open(requests)
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !notices.hasTray() && !isEnding()) app.quit()
  })
  app.on('activate', () => {
    if (!currentWindow() && !isEnding()) openWindow(places)
  })

  await app.whenReady()
  await host.speak().catch(host.log.error)
  serveApp()
  servePorts(host)
  followKeys(host, {
    newWindow: () => void openWindow(places),
    command: name => sendEvent(show(), { kind: 'command', name })
  })
  if (process.argv.includes('--sample')) project = (await host.client().projects.sample()).path
  const hidden = await startsHidden(host)
  // Awaited only if the start may show no window: windows must not wait for a tray.
  if (hidden) await notices.follow()
  if (!(hidden && notices.hasTray())) openWindows(places, hidden)
  open(requestsOfArguments(ownArguments(process.argv), process.cwd()))
  if (!hidden) void notices.follow()
  followUpdates(host)
  begun()
}

/** Whether the system started the app at login and the user wants such a start hidden. */
async function startsHidden(host: Host): Promise<boolean> {
  if (!wasAtLogin(app, process.argv)) return false
  const settings = await host.client().system.settings().catch(host.log.error)
  return settings?.startHidden ?? false
}

/** Handles requests from a later start or from the system. They always bring the app's window to the front. */
function onOpenRequests(began: Promise<void>, take: (requests: readonly OpenRequest[]) => void) {
  const takeReady = (requests: readonly OpenRequest[]) => void began.then(() => take(requests))
  const one = (request: OpenRequest | undefined) => takeReady(request ? [request] : [])
  app.on('second-instance', (_event, words, cwd) => {
    // The system may start the app at login while it is running: that is not a request from the user.
    if (!words.includes(AT_LOGIN)) takeReady(requestsOfArguments(ownArguments(words), cwd))
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    one(requestOfFile(path, '/'))
  })
  app.on('open-url', (event, link) => {
    event.preventDefault()
    one(requestOfLink(link))
  })
}

/** The arguments without the program, and without the app's folder, which follows it if the app is not packaged. */
function ownArguments(words: readonly string[]): readonly string[] {
  return words.slice(1).filter(word => word !== app.getAppPath())
}

async function pickFolder(): Promise<string | undefined> {
  const options = { properties: ['openDirectory' as const], title: t`Open a project` }
  const window = BrowserWindow.getFocusedWindow()
  const { filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options))
  return filePaths[0]
}
