/** The support archive from the window: shown before it is saved; and reports to copy, without secrets. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { drop, expect, test } from './fixtures.ts'
import { find } from './pages/tour.ts'
import { Workbench } from './pages/workbench.ts'

test('an archive is shown, then saved', async ({ home, window }, info) => {
  await home.cli('secret', 'set', 'mail', 'password=planted-secret')
  await home.cli('config', 'setup', '--user', 'planted-secret', '--engine', 'process')
  const workbench = new Workbench(window)
  await workbench.go('Diagnosis')
  await window.getByRole('button', { name: 'Support archive…' }).click()
  const dialog = window.getByRole('dialog', { name: 'Support archive' })
  await expect(dialog.getByRole('region', { name: 'Beginning of README.txt' })).toContainText('[redacted]')
  await dialog.getByRole('button', { name: /^Settings and folders/ }).click()
  const settings = dialog.getByRole('region', { name: 'Beginning of settings.json' })
  await expect(settings).toContainText('"user": "[redacted]"')
  if (info.project.metadata.shell === 'electron') return
  const [download] = await Promise.all([
    window.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save archive' }).click()
  ])
  expect(download.suggestedFilename()).toMatch(/^q8s-support-[\d-]{10}\.zip$/)
  const bytes = await readFile(await download.path())
  expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004')
  await expect(dialog).toBeHidden()
})

test('the report of a failure that a toast shows can be copied, and has no secrets', async ({
  home,
  window
}) => {
  await home.cli('secret', 'set', 'mail', 'password=planted-secret')
  const folder = await home.sample('plain-web', 'planted-secret')
  await drop(window, folder)
  await expect(new Workbench(window).primary).toHaveText('Run locally')
  // A browser uploads a copy of a dropped folder; Electron opens the folder itself.
  for (const gone of [folder, join(home.folder, 'state/projects/planted-secret')]) {
    await rm(gone, { recursive: true, force: true })
  }
  await find(window, 'Bundle')
  const toast = window.getByRole('alert').filter({ hasText: 'The bundle was not written' })
  await expect(toast).toContainText('planted-secret')
  await window.evaluate(() => {
    Object.assign(globalThis, { copied: '' })
    navigator.clipboard.writeText = async text => void Object.assign(globalThis, { copied: text })
  })
  await toast.getByRole('button', { name: 'Copy report' }).click()
  await expect(toast.getByRole('button', { name: 'Copied' })).toBeVisible()
  const copied = await window.evaluate(() => (globalThis as { copied?: string }).copied)
  expect(copied).toContain('[redacted]')
  expect(copied).not.toContain('planted-secret')
})
