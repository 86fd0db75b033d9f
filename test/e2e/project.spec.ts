/** The manifest in the window and the file on disk: when both change, nothing of either is lost. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { drop, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

/** Drops the plain sample and returns the path of its manifest; in a browser the project is a copy of the folder. */
async function openSample(window: Page, folder: string): Promise<{ workbench: Workbench; manifest: string }> {
  const workbench = new Workbench(window)
  await drop(window, folder)
  await expect(workbench.editor).toContainText('ai.h2o.q.plain-web')
  const path = await workbench.details.getByTitle(/[\\/]plain-web$/).getAttribute('title')
  return { workbench, manifest: join(path as string, 'q-app.toml') }
}

test('a change on disk shows at once when nothing is unsaved', async ({ home, window }) => {
  const { workbench, manifest } = await openSample(window, await home.sample('plain-web'))
  const text = await readFile(manifest, 'utf8')
  await writeFile(manifest, text.replace('Plain Web', 'Changed outside'))
  await expect(workbench.editor).toContainText('Title = "Changed outside"')
  await expect(window.getByRole('heading', { name: 'Changed outside', level: 1 })).toBeVisible()
})

test('neither a change on disk nor unsaved text is overwritten without asking', async ({ home, window }) => {
  const { workbench, manifest } = await openSample(window, await home.sample('plain-web'))
  const text = await readFile(manifest, 'utf8')

  await workbench.editor.press('Control+Home')
  await window.keyboard.type('# mine\n')
  await expect(window.getByText('Not saved')).toBeVisible()
  await writeFile(manifest, `# theirs\n${text}`)
  const banner = window.getByRole('alert').filter({ hasText: 'changed on disk' })
  await expect(banner).toBeVisible()
  await expect(workbench.editor).toContainText('# mine')
  await window.keyboard.press('Control+s')
  expect(await readFile(manifest, 'utf8')).toBe(`# theirs\n${text}`)

  await banner.getByRole('button', { name: 'Keep mine' }).click()
  await window.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(window.getByText('Not saved')).toBeHidden()
  expect(await readFile(manifest, 'utf8')).toBe(`# mine\n${text}`)
})

test('unsaved text is restored after a reload', async ({ home, window }) => {
  const { workbench } = await openSample(window, await home.sample('plain-web'))
  await workbench.editor.press('Control+Home')
  await window.keyboard.type('# not lost\n')
  await window.reload()
  await expect(workbench.editor).toContainText('# not lost')
  await expect(window.getByText('Not saved')).toBeVisible()
})

test('every byte that was not edited stays, including CR LF and BOM', async ({ home, window }) => {
  const folder = await home.sample('plain-web')
  const file = join(folder, 'q-app.toml')
  const text = `\ufeff${(await readFile(file, 'utf8')).replaceAll('\n', '\r\n')}`
  await writeFile(file, text)
  const { workbench, manifest } = await openSample(window, folder)
  await workbench.editor.press('Control+End')
  await window.keyboard.type('# end')
  await window.keyboard.press('Enter')
  await window.keyboard.press('Control+s')
  await expect(window.getByText('Not saved')).toBeHidden()
  expect(await readFile(manifest, 'utf8')).toBe(`${text}# end\r\n`)
})
