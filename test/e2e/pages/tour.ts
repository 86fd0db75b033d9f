/** A tour of the window: each page, panel, sheet and dialog, for tests that check them all. */
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { drop, dropToPublish, expect, type Home } from '../fixtures.ts'
import { Workbench } from './workbench.ts'

export interface Tour {
  readonly home: Home
  readonly window: Page
  /** Called at each stop; the window does not change during the call. */
  readonly stop: (name: string) => Promise<void>
}

const READY = 180_000
const PANEL_TABS = ['Logs', 'Events', 'Metrics', 'Env', 'Files']

/** A new, unused window. */
export async function emptyTour({ window, stop }: Tour) {
  const workbench = new Workbench(window)
  await expect(window.getByRole('contentinfo')).toContainText(/Docker|Process|No engine/)
  await stop('welcome')
  for (const page of ['Local', 'Catalog', 'Instances', 'Secrets', 'Activity']) {
    await workbench.go(page)
    await expect(window.getByRole('main').getByRole('heading', { level: 2 })).toBeVisible()
    await stop(`empty-${page.toLowerCase()}`)
  }
  await find(window, 'Clean up')
  // The computer has one Docker: a new window also lists what other versions of q8s left in it.
  const left = window.getByRole('grid', { name: 'What can be cleaned up' })
  await expect(window.getByText('Nothing to clean up').or(left)).toBeVisible()
  await stop('empty-clean-up')
  await find(window, 'Roll out')
  await stop('empty-roll-out')
  await find(window, 'New copy of the sample app')
  await expect(workbench.primary).toHaveText('Run locally')
  await expect(workbench.editor).toBeVisible()
  await expect(window.getByRole('region', { name: 'First steps' })).toContainText('Open a project: done')
  await stop('first-steps')
}

/** A filled home, with the sample project in the window. */
export async function fullTour(tour: Tour) {
  await findingStops(tour)
  await projectStops(tour)
  await listStops(tour)
  await choosingStops(tour)
  await publishStops(tour)
  await dialogStops(tour)
}

async function projectStops({ home, window, stop }: Tour) {
  const workbench = new Workbench(window)
  await drop(window, await home.sample('hello-wave'))
  await expect(workbench.primary).toHaveText('Run locally')
  await expect(workbench.editor).toBeVisible()
  await stop('project')
  await window.getByText('Files', { exact: true }).click()
  await expect(window.getByRole('treegrid', { name: 'Files of the project' })).toBeVisible()
  await stop('project-files')
  await window.getByText('Manifest', { exact: true }).click()
  await window.keyboard.press('Control+Enter')
  await expect(workbench.primary).toHaveText('Open app', { timeout: READY })
  await stop('project-running')
  await window.getByRole('button', { name: 'Other actions' }).click()
  await expect(window.getByRole('menu')).toBeVisible()
  await stop('next-step-menu')
  await window.keyboard.press('Escape')
}

async function findingStops({ home, window, stop }: Tour) {
  const workbench = new Workbench(window)
  // A user with five instances did the first steps long ago.
  await window.getByRole('button', { name: 'Hide first steps' }).click()
  const folder = await home.sample('hello-wave', 'imports')
  await appendFile(join(folder, 'hello.py'), '\n\ndef chart():\n    import cv2\n    import xgboost\n')
  await drop(window, folder)
  await expect(workbench.editor).toBeVisible()
  await window.getByRole('tab', { name: 'Problems 2' }).click()
  await stop('problems-imports')
  await window.getByRole('region', { name: 'Findings' }).getByText('cv2 is imported here').click()
  await expect(window.getByRole('dialog').getByRole('button', { name: /^Add/ })).toBeVisible()
  await stop('file-import')
  await window.keyboard.press('Escape')
}

async function listStops({ window, stop }: Tour) {
  const workbench = new Workbench(window)
  for (const page of ['Local', 'Catalog', 'Instances', 'Secrets', 'Activity']) {
    await workbench.go(page)
    await selectFirst(window)
    await stop(page.toLowerCase())
  }
  await workbench.go('Catalog')
  await window.getByText('Cards', { exact: true }).click()
  await stop('catalog-cards')
  await window.getByText('Table', { exact: true }).click()
  await workbench.go('Instances')
  await window
    .getByRole('row', { name: /Customer churn explorer.*Ready/ })
    .click({ position: { x: 80, y: 20 } })
  for (const tab of PANEL_TABS) {
    await workbench.details.getByRole('tab', { name: tab }).click()
    const body = workbench.details.getByRole('tabpanel')
    await expect(body).not.toBeEmpty()
    // The first reading has no CPU figure yet.
    if (tab === 'Metrics') await expect(body.getByRole('region', { name: 'CPU' })).toBeVisible()
    await stop(`instance-${tab.toLowerCase()}`)
  }
  await workbench.details.getByRole('tab', { name: 'Overview' }).click()
  await window.getByRole('row', { name: /Demand forecast/ }).click({ position: { x: 80, y: 20 } })
  await expect(workbench.details.getByRole('alert')).toContainText('no column named')
  await stop('instance-failed')
  await workbench.go('Secrets')
  await window.getByRole('button', { name: 'New secret' }).click()
  await expect(workbench.details.getByRole('textbox', { name: 'Name' })).toBeVisible()
  await stop('secret-new')
  await workbench.go('Diagnosis')
  await expect(window.getByRole('button', { name: 'Check everything again' })).toBeEnabled({
    timeout: 60_000
  })
  await stop('diagnosis')
  await workbench.go('Settings')
  await stop('settings')
}

async function choosingStops({ window, stop }: Tour) {
  const workbench = new Workbench(window)
  await workbench.go('Instances')
  await window.keyboard.press('Escape')
  await window.getByRole('checkbox', { name: 'Choose all that are shown' }).click()
  await stop('instances-chosen')
  await window.getByRole('button', { name: 'Clear', exact: true }).click()
  await workbench.go('Catalog')
  await window.keyboard.press('Escape')
  const row = workbench.row(/Demand forecast/)
  await row.getByRole('checkbox').click()
  await window.getByRole('button', { name: 'Remove 1 version…' }).click()
  await expect(window.getByRole('dialog')).toBeVisible()
  await stop('confirm-removal')
  await window.getByRole('dialog').getByRole('button', { name: 'Remove version' }).click()
  await expect(row).toContainText('Being removed')
  await window.getByRole('button', { name: 'Undo' }).click()
  await window.getByRole('button', { name: 'Clear', exact: true }).click()
  await find(window, 'Clean up')
  await expect(window.getByRole('grid', { name: 'What can be cleaned up' })).toBeVisible({ timeout: 30_000 })
  await stop('clean-up')
  await workbench.go('Catalog')
  await workbench.row(/Customer churn explorer/).click({ position: { x: 120, y: 20 } })
  await workbench.details.getByRole('button', { name: 'More' }).click()
  await window.getByRole('menuitem', { name: 'Roll out…' }).click()
  await expect(window.getByRole('heading', { name: /Roll out/, level: 1 })).toBeVisible()
  await stop('roll-out')
}

async function publishStops({ home, window, stop }: Tour) {
  const sheet = window.getByRole('dialog')
  const button = (name: string | RegExp) => sheet.getByRole('button', { name, exact: true })
  const good = await home.sample('plain-web', 'good')
  const broken = await home.sample('plain-web', 'broken')
  const text = await readFile(join(broken, 'q-app.toml'), 'utf8')
  const changed = text.replace('"1.0.0"', '"1.0"').replace('Module = ', 'Modul = ')
  await writeFile(join(broken, 'q-app.toml'), changed)
  await dropToPublish(window, broken)
  await expect(sheet).toContainText(/problems? keeps? it/)
  await stop('publish-problems')
  await window.keyboard.press('Escape')
  await dropToPublish(window, good, broken)
  await expect(button('Publish 1 of 2')).toBeEnabled()
  await stop('publish-several')
  await window.keyboard.press('Escape')

  await dropToPublish(window, good)
  await expect(button('Publish')).toBeEnabled()
  await stop('publish')
  await sheet.getByText('All users of this platform').click()
  await button('Publish').click()
  await expect(sheet.getByRole('alert')).toBeVisible()
  await stop('publish-all-users')
  await button('Publish for all users').click()
  await expect(sheet).toContainText('Published as')
  await stop('publish-done')
  await window.keyboard.press('Escape')
  await dropToPublish(window, good)
  await expect(sheet).toContainText('Nothing has changed since')
  await stop('publish-exists')
  await window.keyboard.press('Escape')

  const slow = await home.sample('plain-web', 'slow')
  const named = text.replace('plain-web"', 'sales-report"').replace('"Plain Web"', '"Sales report"')
  await writeFile(join(slow, 'q-app.toml'), named)
  await writeFile(join(slow, 'web.py'), 'import time\nprint("on my way")\ntime.sleep(600)\n')
  await dropToPublish(window, slow)
  await button('Deploy').click()
  await expect(sheet).toContainText('Starting the app', { timeout: READY })
  await stop('publish-progress')
  await button('Cancel').click()
  await expect(sheet).toContainText('nothing was left behind', { timeout: 60_000 })
  await window.keyboard.press('Escape')
  await writeFile(join(slow, 'web.py'), 'raise SystemExit("no settings were found")\n')
  await dropToPublish(window, slow)
  await button('Deploy').click()
  await expect(sheet.getByRole('alert')).toBeVisible({ timeout: READY })
  await stop('publish-failed')
  await window.keyboard.press('Escape')

  const file = join(home.folder, 'plain.qz')
  await home.cli('bundle', good, '--output', file)
  await drop(window, file)
  await button('Look inside').click()
  await expect(window.getByRole('treegrid', { name: 'Files of the bundle' })).toBeVisible()
  await stop('bundle-viewer')
  await sheet.getByText('Manifest', { exact: true }).click()
  await stop('bundle-viewer-manifest')
  await window.keyboard.press('Escape')
}

async function dialogStops({ window, stop }: Tour) {
  const workbench = new Workbench(window)
  const dialog = window.getByRole('dialog')
  await window.keyboard.press('Control+k')
  await expect(dialog).toBeVisible()
  await stop('palette')
  await window.keyboard.press('Escape')
  await workbench.go('Settings')
  await window.keyboard.press('?')
  await expect(dialog).toBeVisible()
  await stop('shortcuts')
  await dialog.getByRole('button', { name: /^Open or close the dock/ }).click()
  await window.keyboard.press('Control+k')
  await expect(dialog.getByRole('alert')).toBeVisible()
  await stop('shortcuts-taken')
  await window.keyboard.press('Escape')
  await window.keyboard.press('Escape')
  await find(window, 'Open a folder…')
  await expect(dialog).toBeVisible()
  await stop('open-folder')
  await window.keyboard.press('Escape')
  await workbench.go('Settings')
  await window.getByRole('button', { name: 'Load from file…' }).click()
  await expect(dialog.getByRole('textbox', { name: 'File' })).toBeVisible()
  await stop('load-image')
  await window.keyboard.press('Escape')
  await workbench.go('Diagnosis')
  await window.getByRole('button', { name: 'Choose Docker…' }).click()
  await expect(dialog.getByRole('radio', { name: 'Automatic' })).toBeVisible()
  await stop('which-docker')
  await window.keyboard.press('Escape')
  await window.getByRole('button', { name: 'Support archive…' }).click()
  await expect(dialog.getByRole('region', { name: 'Beginning of README.txt' })).toBeVisible({
    timeout: 60_000
  })
  await stop('support-archive')
  await window.keyboard.press('Escape')
}

/** Finds a page or an action in the palette and runs it. */
export async function find(window: Page, title: string) {
  await window.keyboard.press('Control+k')
  await window.getByRole('combobox', { name: 'What to do or show' }).fill(title)
  await window.getByRole('listbox', { name: 'What was found' }).getByRole('option').first().click()
}

/** Opens the panel of the first row. */
async function selectFirst(window: Page) {
  const cells = window.getByRole('grid').getByRole('row').nth(1).getByRole('gridcell')
  await cells
    .filter({ hasText: /\w/, hasNot: window.getByRole('link') })
    .last()
    .click()
  await expect(new Workbench(window).details).toBeVisible()
}
