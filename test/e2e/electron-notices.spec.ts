/** Notifications and the tray: off by default, and useful once switched on. Recorded at Electron's own calls. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { applicationOf, drawn, drop, expect, inMain, startElectron, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const READY = 120_000

type Watched = typeof globalThis & {
  notes: Electron.Notification[]
  trays: { tray: Electron.Tray; menu: Electron.Menu }[]
}

/** Records Electron's own calls: the test machine may have no place that shows notifications or a tray. */
async function watchElectron(page: Page) {
  await inMain(page, ({ Notification, Tray }) => {
    const watched = globalThis as Watched
    if (watched.notes) return
    Object.assign(watched, { notes: [], trays: [] })
    Notification.isSupported = () => true
    Notification.prototype.show = function (this: Electron.Notification) {
      watched.notes.push(this)
    }
    const { setContextMenu } = Tray.prototype
    Tray.prototype.setContextMenu = function (this: Electron.Tray, menu: Electron.Menu) {
      watched.trays.push({ tray: this, menu })
      setContextMenu.call(this, menu)
    }
  })
}

const notes = (page: Page) =>
  inMain(page, () => (globalThis as Watched).notes.map(({ title, body }) => ({ title, body })))

const clickNote = (page: Page, title: string) =>
  inMain(
    page,
    (_electron, wanted) =>
      void (globalThis as Watched).notes.find(note => note.title === wanted)?.emit('click', {}),
    title
  )

/** The menu labels of each tray icon. */
const trays = (page: Page) =>
  inMain(page, () =>
    (globalThis as Watched).trays
      .filter(({ tray }) => !tray.isDestroyed())
      .map(({ menu }) => menu.items.flatMap(({ type, label }) => (type === 'separator' ? [] : [label])))
  )

const chooseInTray = (page: Page, label: string) =>
  inMain(
    page,
    (_electron, wanted) =>
      void (globalThis as Watched).trays
        .find(({ tray }) => !tray.isDestroyed())
        ?.menu.items.find(item => item.label === wanted)
        ?.click(),
    label
  )

/** Moves the focus away as if the user went to another program, or back. */
async function lookAway(page: Page, away = true) {
  await inMain(
    page,
    ({ BrowserWindow }, isAway) => {
      for (const window of BrowserWindow.getAllWindows()) isAway ? window.blur() : window.focus()
    },
    away
  )
  const isFocused = () => inMain(page, ({ BrowserWindow }) => BrowserWindow.getFocusedWindow() !== null)
  await expect.poll(isFocused).toBe(!away)
}

/** Waits until no window is left: a page reports its close before its window has closed. */
async function closeLast(page: Page) {
  await page.close()
  await expect.poll(() => inMain(page, ({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0)
}

async function turn(window: Page, name: 'Notifications' | 'Tray', on: boolean) {
  await new Workbench(window).go('Settings')
  await window.getByRole('switch', { name }).press('Space')
  await expect(window.getByRole('switch', { name })).toBeChecked({ checked: on })
}

/** Bundles the project in the window and waits until that is done. */
async function bundle(window: Page) {
  const workbench = new Workbench(window)
  await workbench.go('Project')
  await workbench.choose('Bundle')
  await workbench.go('Activity')
  await expect(window.getByRole('row', { name: /Bundle .*Done/i }).first()).toBeVisible()
}

test('nothing appears outside the window until it is switched on', async ({ home, window }) => {
  await watchElectron(window)
  await drop(window, await home.sample('plain-web'))
  await lookAway(window)
  await bundle(window)
  await new Workbench(window).go('Settings')
  await expect(window.getByRole('switch', { name: 'Notifications' })).not.toBeChecked()
  await expect(window.getByRole('switch', { name: 'Tray' })).not.toBeChecked()
  expect(await notes(window)).toEqual([])
  expect(await trays(window)).toEqual([])
})

test('an ended job is notified while no window is in front; a click shows it', async ({ home, window }) => {
  await watchElectron(window)
  await drop(window, await home.sample('plain-web'))
  await turn(window, 'Notifications', true)
  await lookAway(window, false)
  await bundle(window)
  await lookAway(window)
  await bundle(window)
  const told = { title: 'Bundle Plain Web', body: 'Done.' }
  await expect.poll(() => notes(window)).toEqual([told])

  await new Workbench(window).go('Secrets')
  await clickNote(window, told.title)
  await expect(window.getByRole('heading', { name: 'Activity', level: 1 })).toBeVisible()
  await expect(new Workbench(window).details).toContainText(told.title)
  expect(await inMain(window, ({ BrowserWindow }) => BrowserWindow.getFocusedWindow() !== null)).toBe(true)

  await turn(window, 'Notifications', false)
  await lookAway(window)
  await bundle(window)
  expect(await notes(window)).toEqual([told])
})

test('an instance that is ready or failed is notified once; a click shows it', async ({ home, window }) => {
  await home.cli('config', 'setup', '--engine', 'process')
  const folder = await home.sample('plain-web')
  await watchElectron(window)
  await turn(window, 'Notifications', true)
  await lookAway(window)
  await drop(window, folder)
  const workbench = new Workbench(window)
  await expect(workbench.primary).toHaveText('Run locally')
  await workbench.primary.click()
  await expect(workbench.primary).toHaveText('Open app', { timeout: READY })
  const ready = { title: 'Plain Web is ready', body: 'It runs on this computer.' }
  await expect.poll(() => notes(window)).toEqual([ready])

  await writeFile(join(folder, 'web.py'), 'import nothing_of_that_name\n')
  await workbench.choose('Run again')
  await expect.poll(() => notes(window), { timeout: READY }).toHaveLength(2)
  expect((await notes(window))[1]).toMatchObject({ title: 'Plain Web failed', body: /nothing_of_that_name/ })
  await workbench.go('Secrets')
  await clickNote(window, 'Plain Web failed')
  await expect(window.getByRole('heading', { name: 'Local', level: 1 })).toBeVisible()
  await expect(workbench.details).toContainText('Plain Web')

  // If every window was closed, a new one opens.
  await turn(window, 'Tray', true)
  await expect.poll(() => trays(window)).toHaveLength(1)
  const opening = applicationOf(window).waitForEvent('window')
  await closeLast(window)
  await clickNote(window, 'Plain Web is ready')
  const again = await opening
  await expect(again.getByRole('heading', { name: 'Local', level: 1 })).toBeVisible()
  await expect(new Workbench(again).details).toContainText('Plain Web')
})

test('the tray keeps the app when its last window is closed, and opens a new one', async ({ home }) => {
  const { page, close } = await startElectron(home)
  await watchElectron(page)
  await turn(page, 'Tray', true)
  await expect.poll(() => trays(page)).toEqual([['Open q8s Desktop', 'Instances', 'Quit']])

  const application = applicationOf(page)
  await closeLast(page)
  const [again] = await Promise.all([application.waitForEvent('window'), chooseInTray(page, 'Instances')])
  await drawn(again)
  await expect(again.getByRole('heading', { name: 'Instances', level: 1 })).toBeVisible()

  await turn(again, 'Tray', false)
  await expect.poll(() => trays(page)).toEqual([])
  await turn(again, 'Tray', true)
  await expect.poll(() => trays(page)).toHaveLength(1)
  const closed = application.waitForEvent('close')
  await chooseInTray(page, 'Quit').catch(() => undefined)
  await closed
  await close()
})
