/** The first steps: each starts from its list and is ticked when done; the list goes after the last one. */
import { drawn, drop, expect, test } from './fixtures.ts'
import { find } from './pages/tour.ts'
import { Workbench } from './pages/workbench.ts'

// In Electron links open in the system's browser; the page is the same.
test('each first step from the list, until all are done', { tag: '@browser' }, async ({ home, window }) => {
  await home.cli('config', 'setup', '--engine', 'process')
  const workbench = new Workbench(window)
  const steps = window.getByRole('region', { name: 'First steps' })
  const step = (name: string) => steps.getByRole('button', { name })
  const ticked = (name: string) => steps.getByText(`${name}: done`)

  await expect(step('Open a project')).toBeEnabled()
  await expect(step('Run it here')).toBeDisabled()
  await drop(window, await home.sample('plain-web'))
  await expect(ticked('Open a project')).toBeVisible()
  await step('Run it here').click()
  await expect(ticked('Run it here')).toBeVisible({ timeout: 60_000 })
  const [opened] = await Promise.all([window.waitForEvent('popup'), step('Open the app').click()])
  await opened.close()
  await expect(ticked('Open the app')).toBeVisible()

  await step('Hide first steps').click()
  await expect(steps).toBeHidden()
  await window.reload()
  await drawn(window)
  await expect(workbench.primary).toHaveText('Open app')
  await expect(steps).toBeHidden()
  await find(window, 'First steps')
  await expect(ticked('Open the app')).toBeVisible()

  await step('Publish it').click()
  const sheet = window.getByRole('dialog')
  await sheet.getByRole('button', { name: 'Publish', exact: true }).click()
  await expect(sheet).toContainText('Published as')
  await window.keyboard.press('Escape')
  await expect(ticked('Publish it')).toBeVisible()
  await step('Start an instance').click()
  await expect(window.getByRole('heading', { name: 'Instances', level: 1 })).toBeVisible()
  await expect(steps).toContainText('That was all', { timeout: 60_000 })
  await window.reload()
  await drawn(window)
  await expect(workbench.row(/Plain Web/)).toBeVisible()
  await expect(steps).toBeHidden()
})
