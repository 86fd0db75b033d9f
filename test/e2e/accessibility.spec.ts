/** Every page in both themes: axe finds nothing serious, and the policy of the page is not hurt. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { drop, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const PAGES = ['Project', 'Local', 'Catalog', 'Instances', 'Secrets', 'Activity', 'Diagnosis', 'Settings']

for (const scheme of ['light', 'dark'] as const) {
  test(`nothing serious on any page, ${scheme}`, async ({ home, window }) => {
    const complaints: string[] = []
    window.on('console', message => {
      if (/Content Security Policy/i.test(message.text())) complaints.push(message.text())
    })
    await window.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    const workbench = new Workbench(window)
    expect(await serious(window), 'welcome').toEqual([])

    await drop(window, await home.sample('plain-web'))
    await expect(workbench.primary).toHaveText('Run locally')
    await window.keyboard.press('Control+Enter')
    await expect(workbench.primary).toHaveText('Open app', { timeout: 120_000 })
    for (const page of PAGES) {
      await workbench.go(page)
      const first = window.getByRole('grid').getByRole('row').nth(1)
      if (await first.isVisible()) await first.click()
      expect(await serious(window), page).toEqual([])
    }

    await workbench.go('Project')
    await workbench.choose('Publish…')
    await expect(window.getByRole('dialog').getByRole('button', { name: 'Patch 1.0.1' })).toBeVisible()
    expect(await serious(window), 'publish sheet').toEqual([])
    await window.keyboard.press('Escape')
    await window.getByText('Files', { exact: true }).click()
    await expect(window.getByRole('treegrid', { name: 'Files of the project' })).toBeVisible()
    expect(await serious(window), 'Files').toEqual([])
    await workbench.go('Settings')
    await window.keyboard.press('?')
    await expect(window.getByRole('dialog')).toBeVisible()
    expect(await serious(window), 'shortcuts').toEqual([])
    expect(complaints).toEqual([])
  })
}

/** What axe calls serious or critical, as `rule: element`. */
async function serious(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 160)}`))
}
