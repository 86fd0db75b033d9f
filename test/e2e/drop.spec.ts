/** Other things to drop: a bundle, a folder without a manifest, a folder that cannot be a project. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drop, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

test('a dropped bundle is shown, then published', async ({ home, window }) => {
  const workbench = new Workbench(window)
  const folder = await home.sample('plain-web')
  const file = join(home.folder, 'plain.qz')
  await home.cli('bundle', folder, '--output', file)
  await drop(window, file)
  const sheet = window.getByRole('dialog', { name: 'Publish Plain Web 1.0.0' })
  await expect(sheet).toContainText('ai.h2o.q.plain-web')
  await sheet.getByRole('button', { name: 'Publish', exact: true }).click()
  await sheet.getByRole('button', { name: 'See in catalog' }).click()
  await expect(sheet).toBeHidden()
  await expect(workbench.row(/Plain Web/)).toContainText('1.0.0')
})

test('a broken bundle is refused with its reason', async ({ home, window }) => {
  const file = join(home.folder, 'broken.qz')
  await writeFile(file, 'this is no archive')
  await drop(window, file)
  const dialog = window.getByRole('dialog')
  await expect(dialog.getByRole('alert')).toContainText('This bundle cannot be published')
  await expect(dialog.getByRole('button', { name: 'Publish', exact: true })).toBeDisabled()
})

test('a folder without a manifest gets one, filled from its code', async ({ home, window }) => {
  const workbench = new Workbench(window)
  const folder = await home.sample('plain-web')
  await rm(join(folder, 'q-app.toml'))
  await drop(window, folder)
  const dialog = window.getByRole('dialog', { name: 'Make this folder a project?' })
  await expect(dialog.getByRole('textbox', { name: 'Module' })).toHaveValue('web')
  await dialog.getByRole('button', { name: 'Write q-app.toml' }).click()
  await expect(workbench.editor).toContainText('Module = "web"')
  await expect(workbench.primary).toHaveText('Run locally')
})

test('an empty folder is reported and nothing changes', async ({ home, window }) => {
  const folder = join(home.folder, 'empty')
  await mkdir(folder)
  await drop(window, folder)
  const said = window.getByRole('alert').or(window.getByRole('dialog'))
  await expect(said.first()).toContainText(/holds no file|no q-app\.toml|has no|no manifest/i)
})

// Chromium rejects a drop on an element that did not accept the drag on entry. The targets are entered as soon as they
// appear.
test('a target accepts the drag from the moment it enters', async ({ window }) => {
  const isTaken = (kind: string) =>
    window.evaluate(entered => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([''], 'app'))
      const event = new DragEvent(entered, { dataTransfer, bubbles: true, cancelable: true })
      return !document.body.dispatchEvent(event)
    }, kind)
  expect(await isTaken('dragenter')).toBe(true)
  await expect(window.getByText('Open', { exact: true })).toBeVisible()
  expect(await isTaken('dragover')).toBe(true)
})
