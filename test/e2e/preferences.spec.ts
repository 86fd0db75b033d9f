/** View state is restored: after a restart, on another port and in the other shell. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, startBrowserHost, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

test('a window of another host restores page and theme', async ({ home, window, browser }) => {
  const workbench = new Workbench(window)
  await workbench.go('Settings')
  await window.getByRole('radiogroup', { name: 'Theme' }).getByText('Dark').click()
  await expect(window.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  const kept = (name: string) => readFile(join(home.folder, 'state', 'windows', `${name}.json`), 'utf8')
  await expect.poll(() => kept('view').catch(() => '')).toContain('"settings"')
  await expect.poll(() => kept('theme').catch(() => '')).toContain('"dark"')

  const host = await startBrowserHost(home)
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(host.url)
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await context.close()
  await host.stop()
})

test('Activity lists what a command did, from any host', async ({ home, window }) => {
  const folder = await home.sample('plain-web')
  await home.cli('bundle', 'import', folder)
  const workbench = new Workbench(window)
  await workbench.go('Activity')
  const row = workbench.row(/Import Plain Web/)
  await expect(row).toContainText('Done')
  await row.click()
  await expect(workbench.details.getByRole('button', { name: 'See in catalog' })).toBeVisible()
})
