/** Pinned projects come first in every list of projects, also by keyboard and after a restart. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { drawn, drop, expect, startBrowserHost, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const picker = (page: Page) => page.getByRole('banner').getByRole('button', { name: /^Project/ })
const recent = (page: Page) => page.getByRole('region', { name: 'Recent projects' }).getByRole('listitem')

async function choose(page: Page, item: string) {
  await picker(page).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

test('a pinned project comes first, until it is unpinned', async ({ home, window, browser }) => {
  const workbench = new Workbench(window)
  await drop(window, await home.sample('plain-web'))
  await expect(workbench.primary).toHaveText('Run locally')
  await expect(picker(window)).toContainText('Plain Web')
  await drop(window, await home.sample('hello-wave'))
  await expect(picker(window)).toContainText('Hello Wave')
  await choose(window, 'Close project')
  const titles = recent(window).getByRole('button', { name: /^(Plain Web|Hello Wave)$/ })
  await expect(titles).toHaveText(['Hello Wave', 'Plain Web'])

  await test.step('pinned by keyboard, and the focus stays where it was', async () => {
    const pin = recent(window).getByRole('button', { name: 'Pin Plain Web' })
    await expect(pin).toHaveAttribute('aria-pressed', 'false')
    await pin.focus()
    await window.keyboard.press('Enter')
    await expect(titles).toHaveText(['Plain Web', 'Hello Wave'])
    await expect(pin).toHaveAttribute('aria-pressed', 'true')
    await expect(pin).toBeFocused()
  })

  await test.step('it is first in a window of another host', async () => {
    const host = await startBrowserHost(home)
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(host.url)
    await drawn(page)
    await picker(page).click()
    await expect(page.getByRole('menu')).toHaveText(/^Pinned.*Plain Web.*Recent.*Hello Wave/)
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
    await context.close()
    await host.stop()
  })

  await test.step('unpinned while it is open', async () => {
    await titles.first().click()
    await expect(workbench.primary).toHaveText('Run locally')
    await choose(window, 'Unpin this project')
    await picker(window).click()
    await expect(window.getByRole('menuitem', { name: 'Pin this project' })).toBeVisible()
    await expect(window.getByRole('menu')).not.toContainText('Pinned')
  })
})
