/** The publish sheet: name, version, one result for each bundle, and a cancel that leaves nothing behind. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { drop, dropToPublish, expect, type Home, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const sheetOf = (window: Page, name: string | RegExp) => window.getByRole('dialog', { name })
const button = (within: Locator, name: string | RegExp) => within.getByRole('button', { name, exact: true })

/** Publishes a folder in the sheet and closes the sheet. */
async function publish(window: Page, folder: string, title: string) {
  await dropToPublish(window, folder)
  const sheet = sheetOf(window, `Publish ${title}`)
  await button(sheet, 'Publish').click()
  await expect(sheet).toContainText('Published as')
  await window.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
}

/** A copy of the plain sample under its own name. */
async function renamed(home: Home, name: string, change: (file: string) => Promise<void> = async () => {}) {
  const folder = await home.sample('plain-web', name)
  const file = join(folder, 'q-app.toml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('ai.h2o.q.plain-web', name).replace('Plain Web', name))
  await change(folder)
  return folder
}

test('one click raises the version if it is already published, and changes nothing else in the file', async ({
  home,
  window
}) => {
  const folder = await home.sample('plain-web')
  await publish(window, folder, 'Plain Web 1.0.0')

  // A dropped folder may be a copy: the sheet names the folder it publishes.
  await dropToPublish(window, folder)
  const sheet = sheetOf(window, 'Publish Plain Web 1.0.0')
  await expect(sheet).toContainText('Nothing has changed since 1.0.0, which is published.')
  await expect(button(sheet, 'Publish')).toBeDisabled()
  const path = (await sheet.getByTitle(/[\\/]plain-web(-\d)?$/).getAttribute('title')) as string
  const before = await readFile(join(path, 'q-app.toml'), 'utf8')
  await button(sheet, 'Patch 1.0.1').click()
  const raised = sheetOf(window, 'Publish Plain Web 1.0.1')
  await expect(raised).not.toContainText('is published')
  expect(await readFile(join(path, 'q-app.toml'), 'utf8')).toBe(before.replace('1.0.0', '1.0.1'))

  await button(raised, 'Back to 1.0.0').click()
  await expect(sheet).toBeVisible()
  expect(await readFile(join(path, 'q-app.toml'), 'utf8')).toBe(before)
  await button(sheet, 'Minor 1.1.0').click()
  await button(sheetOf(window, 'Publish Plain Web 1.1.0'), 'Publish').click()
  await expect(window.getByText('Published as 1.1.0')).toBeVisible()
})

test('the published versions of a project are listed beside it, and a click shows one in the catalog', async ({
  home,
  window
}) => {
  const folder = await home.sample('plain-web')
  await home.cli('bundle', 'import', folder)
  await home.cli('bump', 'minor', folder)
  await home.cli('bundle', 'import', folder)
  await drop(window, folder)
  const { details } = new Workbench(window)
  await expect(details).toContainText('2 versions')
  await details.getByRole('button', { name: '1.0.0 Private' }).click()
  await expect(details).toContainText('Plain Web 1.0.0')
  await expect(details.getByRole('button', { name: '1.0.0 Private' })).toHaveAttribute('aria-current', 'true')
})

test('several at once: each has its own result, and a failed one can be retried', async ({
  home,
  window
}) => {
  const good = await renamed(home, 'good')
  const broken = await renamed(home, 'broken', async folder => {
    const file = join(folder, 'q-app.toml')
    await writeFile(file, (await readFile(file, 'utf8')).replace('"1.0.0"', '"1.0"'))
  })
  const unlucky = await renamed(home, 'unlucky')
  await dropToPublish(window, good, broken, unlucky)
  const sheet = sheetOf(window, 'Publish 3 apps')
  await expect(sheet.getByRole('region', { name: 'broken 1.0' })).toContainText('1 problem keeps it')
  await expect(button(sheet, 'Publish 2 of 3')).toBeEnabled()
  await sheet.getByText('On the command line').click()
  await expect(
    sheet.getByRole('button', { name: /Copy command cd .*good.* && q8s-cli bundle import/ })
  ).toBeVisible()
  const failed = sheet.getByRole('region', { name: 'unlucky 1.0.0' })
  // A dropped folder may be a copy: the sheet names the folder it publishes.
  const path = (await failed.getByTitle(/[\\/]unlucky(-\d)?$/).getAttribute('title')) as string
  const manifest = join(path, 'q-app.toml')
  const text = await readFile(manifest, 'utf8')
  await writeFile(manifest, text.replace('"1.0.0"', '"1.0"'))
  await button(sheet, 'Publish 2 of 3').click()

  await expect(sheet.getByRole('region', { name: 'good 1.0.0' })).toContainText('Published as 1.0.0')
  await expect(failed.getByRole('alert')).toContainText('It was not published')
  await writeFile(manifest, text)
  await button(failed, 'Retry').click()
  await button(sheet, /^Publish 1 of 2$/).click()
  await expect(failed).toContainText('Published as 1.0.0')
  const apps = (await home.cli('app', 'list')) as { name: string; version: string }[]
  expect(apps.map(app => `${app.name} ${app.version}`).sort()).toEqual(['good 1.0.0', 'unlucky 1.0.0'])
})

test('a question about all users is asked once', async ({ home, window }) => {
  await dropToPublish(window, await home.sample('plain-web'))
  const sheet = sheetOf(window, 'Publish Plain Web 1.0.0')
  await sheet.getByText('All users of this platform').click()
  await button(sheet, 'Publish').click()
  await expect(sheet.getByRole('alert')).toContainText('Everyone on this platform will see Plain Web 1.0.0')
  await button(sheet, 'Back').click()
  await button(sheet, 'Deploy').click()
  await expect(button(sheet, 'Deploy for all users')).toBeVisible()
  await button(sheet, 'Back').click()
  await button(sheet, 'Publish').click()
  await button(sheet, 'Publish for all users').click()
  await expect(sheet).toContainText('Published as 1.0.0')
  expect(await home.cli('app', 'list')).toMatchObject([{ visibility: 'ALL_USERS' }])
})

test('a cancelled deploy leaves nothing behind', async ({ home, window }) => {
  const folder = await renamed(home, 'slow', async path => {
    await writeFile(join(path, 'web.py'), 'import time\nprint("on my way")\ntime.sleep(600)\n')
  })
  await dropToPublish(window, folder)
  const sheet = sheetOf(window, 'Publish slow 1.0.0')
  await button(sheet, 'Deploy').click()
  await expect(sheet).toContainText('Starting the app', { timeout: 120_000 })
  await button(sheet, 'Cancel').click()
  await expect(sheet).toContainText('Cancelled, nothing was left behind', { timeout: 60_000 })
  expect(await home.cli('app', 'list')).toEqual([])
  expect(await home.cli('instance', 'list')).toEqual([])
})
