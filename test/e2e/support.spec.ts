/** The support archive from the window: shown before it is saved, and reports to copy without secrets. */
import { readFile } from 'node:fs/promises'
import { expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

test('an archive is looked at, then saved', async ({ home, window }, info) => {
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
