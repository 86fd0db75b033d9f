/** The whole main job without a mouse: open the sample, fix it, run it, see its log, publish it, stop it. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

test('the main job by keys only', async ({ home, window }) => {
  const workbench = new Workbench(window)
  const primary = workbench.primary

  await test.step('open the sample', async () => {
    await command(window, 'copy of the sample')
    await expect(primary).toHaveText('Run locally')
  })

  await test.step('fix its finding', async () => {
    const file = join(home.folder, 'state/projects/hello-wave/q-app.toml')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('Version = "1.0.0"', 'Version = "1.0"'))
    await expect(primary).toHaveText('Fix 1 problem')
    await window.keyboard.press('Control+Enter')
    await expect(workbench.editor).toBeFocused()
    await expect(workbench.editor.locator('.cm-lintRange-error')).toHaveText('"1.0"')
    await window.keyboard.press('Alt+Enter')
    await window.keyboard.press('Control+s')
    await expect(primary).toHaveText('Run locally')
    expect(await readFile(file, 'utf8')).toBe(text)
  })

  await test.step('run it and see its log', async () => {
    await window.keyboard.press('Control+Enter')
    await expect(primary).toHaveText('Open app', { timeout: 180_000 })
    await expect(workbench.log('Hello Wave')).toBeVisible()
    await expect(workbench.log('Hello Wave')).toContainText(/\S/)
  })

  await test.step('publish it', async () => {
    await command(window, 'publish')
    const sheet = window.getByRole('dialog', { name: 'Publish Hello Wave 1.0.0' })
    await expect(sheet.getByRole('button', { name: 'Publish', exact: true })).toBeEnabled()
    await tabTo(window, 'Publish')
    await window.keyboard.press('Enter')
    await expect(sheet).toContainText('Published as')
    await window.keyboard.press('Escape')
    await expect(sheet).toBeHidden()
  })

  await test.step('stop it', async () => {
    await command(window, 'stop hello')
    await command(window, 'local')
    await expect(workbench.row(/Hello Wave/)).toContainText('Stopped', { timeout: 60_000 })
  })
})

/** Runs the first match of the palette. */
async function command(window: Page, words: string) {
  await window.keyboard.press('Control+k')
  await expect(window.getByRole('combobox', { name: 'What to do or show' })).toBeFocused()
  await window.keyboard.type(words)
  await window.keyboard.press('Enter')
}

/** Presses Tab until the button with this name has the focus. */
async function tabTo(window: Page, name: string) {
  const focused = () => window.evaluate(() => document.activeElement?.textContent?.trim())
  for (let times = 0; times < 60 && (await focused()) !== name; times += 1) await window.keyboard.press('Tab')
  expect(await focused()).toBe(name)
}
