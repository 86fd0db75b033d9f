/** Bad states: the instance on screen vanishes, the connection breaks, lists are very long. */
import type { WebSocketRoute } from '@playwright/test'
import { emptyStore, seedStore } from '../fixtures/seed-store.ts'
import { drawn, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

test('a panel reports that its instance was removed elsewhere', async ({ home, window }) => {
  const workbench = new Workbench(window)
  await home.cli('bundle', 'deploy', await home.sample('plain-web'), '--wait')
  const [instance] = (await home.cli('instance', 'list')) as { id: string }[]
  await workbench.go('Instances')
  const row = workbench.row(/Plain Web/)
  await row.click({ position: { x: 80, y: 20 } })
  await expect(workbench.details.getByRole('tab', { name: 'Overview' })).toBeVisible()
  await home.cli('instance', 'stop', instance?.id ?? '')
  await home.cli('instance', 'remove', instance?.id ?? '')
  await expect(workbench.details).toContainText('It is no longer there')
  await expect(row).toBeHidden()
  await workbench.details.getByRole('button', { name: 'Close', exact: true }).click()
  await expect(workbench.details).toBeHidden()
})

// Electron uses a message port, which breaks only with its process: there is no connection to lose.
test('lists turn grey while the host is gone, and keep their rows', { tag: '@browser' }, async ({
  home,
  window
}) => {
  let socket: WebSocketRoute | undefined
  let broken = false
  await window.routeWebSocket(/\/rpc/, route => {
    if (broken) return void route.close()
    route.connectToServer()
    socket = route
  })
  await window.reload()
  await drawn(window)
  const workbench = new Workbench(window)
  await home.cli('bundle', 'deploy', await home.sample('plain-web'))
  await home.cli('secret', 'set', 'mail', 'KEY=value')
  const lists = { Catalog: /Plain Web/, Instances: /Plain Web/, Secrets: /mail/ } as const
  for (const [page, name] of Object.entries(lists)) {
    await workbench.go(page)
    await expect(workbench.row(name)).toBeVisible()
  }
  broken = true
  await socket?.close()
  await expect(window.getByText('Reconnecting', { exact: true })).toBeVisible()
  for (const [page, name] of Object.entries(lists)) {
    await workbench.go(page)
    await expect(workbench.row(name)).toBeVisible()
    await expect(window.getByRole('grid')).toHaveAttribute('data-stale')
  }
  broken = false
  await expect(window.getByRole('grid')).not.toHaveAttribute('data-stale', { timeout: 60_000 })
})

test('thousands of rows: one key reaches the last, all can be selected, and no row has its own page', async ({
  home,
  window
}) => {
  const { settings } = (await home.cli('config', 'show')) as { settings: { user: string } }
  await seedStore({ home: home.folder, user: settings.user, versions: 5_000, instances: 5_000 })
  const workbench = new Workbench(window)
  await workbench.go('Instances')
  const grid = window.getByRole('grid', { name: 'Instances' })
  await expect(grid).toHaveAttribute('aria-rowcount', '5001', { timeout: 60_000 })
  // The scrollbar sits beside the rows, so the last column lines up with the tools of the page.
  const age = await grid.locator('[aria-rowindex="2"] > :last-child').boundingBox()
  const filter = await window.getByRole('searchbox', { name: 'Filter instances' }).boundingBox()
  expect(age && age.x + age.width).toBe(filter && filter.x + filter.width)
  await grid.focus()
  await window.keyboard.press('End')
  await expect(grid.locator('[aria-rowindex="5001"]')).toBeInViewport()
  await window.keyboard.press('Control+a')
  await expect(window.getByRole('group', { name: 'Chosen instances' })).toContainText('5,000 chosen')
  await window.keyboard.press('/')
  await window.keyboard.type('out of memory')
  await expect(grid).toHaveAttribute('aria-rowcount', '1001')
  await workbench.go('Catalog')
  await expect(window.getByRole('grid', { name: 'Apps' })).toHaveAttribute('aria-rowcount', /^\d{3}$/)
  await window.getByRole('button', { name: 'Clean up…' }).click()
  const cleanUp = window.getByRole('grid', { name: 'What can be cleaned up' })
  await expect(cleanUp).toHaveAttribute('aria-rowcount', /^\d{4}$/, { timeout: 60_000 })
  await cleanUp.focus()
  await window.keyboard.press('End')
  await expect(cleanUp.getByRole('row').last()).toBeInViewport()
  expect(await cleanUp.getByRole('row').count()).toBeLessThan(60)
  await emptyStore(home.folder)
})
