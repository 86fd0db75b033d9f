/** Thousands of problems: counted, filtered and visited while the window stays responsive. */
import type { Page } from '@playwright/test'
import { addFindings } from '../fixtures/many-findings.ts'
import { drop, expect, type Home, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const ROWS = 1_000
const WHEELS = 2_000

/** Opens a project with 5,000 problems, of which 3,000 are errors. */
async function openMany(home: Home, window: Page): Promise<Workbench> {
  const folder = await home.sample('plain-web')
  await addFindings(folder, { rows: ROWS, wheels: WHEELS })
  const workbench = new Workbench(window)
  await drop(window, folder)
  await expect(workbench.primary).toHaveText('Fix 3,000 problems', { timeout: 120_000 })
  return workbench
}

test('five thousand problems are counted, filtered and visited, and the window stays fast', async ({
  home,
  window
}) => {
  const workbench = await openMany(home, window)
  await window.getByRole('tab', { name: /^Problems 5,000$/ }).click()
  const kinds = window.getByRole('radiogroup', { name: 'Which problems' })
  await expect(kinds.getByRole('radio')).toHaveText(['All 5,000', 'Errors 3,000', 'Warnings 2,000'])
  const list = window.getByRole('region', { name: 'Findings' })
  expect(await list.getByRole('listitem').count()).toBeLessThan(100)

  await list.evaluate(element => element.scrollTo(0, element.scrollHeight))
  await expect(list.getByText(/No secret can have this key/).last()).toBeInViewport()
  await kinds.getByRole('radio', { name: /^Errors/ }).click()
  await window.getByLabel('Filter problems').fill('Q8S_777')
  await expect(list.getByRole('listitem')).toHaveCount(1)
  await list.getByText(/"Q8S_777" is refused/).click()
  await expect(workbench.editor.getByText('Name = "Q8S_777"')).toBeInViewport()

  await window.getByLabel('Filter problems').fill('nothing like it')
  await expect(window.getByText('No problem matches')).toBeVisible()
  await window.getByLabel('Filter problems').press('Escape')
  await workbench.editor.press('Control+End')
  await window.keyboard.type('# typed')
  await expect(workbench.editor).toContainText('# typed')
})

test('each of a thousand form rows is drawn when it is visited, and fixed there', async ({
  home,
  window
}) => {
  const workbench = await openMany(home, window)
  await window.getByText('Form', { exact: true }).click()
  const form = window.getByRole('region', { name: 'Form of the manifest' })
  const rows = form.getByRole('listitem', { name: /^Q8S_\d+$/ })
  await expect(rows).toHaveCount(ROWS)
  expect(await rows.getByRole('textbox').count()).toBeLessThan(100)

  await window.getByRole('tab', { name: /^Problems/ }).click()
  await window.getByLabel('Filter problems').fill('"Q8S_777" is refused')
  await window.getByRole('region', { name: 'Findings' }).getByText('"Q8S_777" is refused').click()
  await expect(form.getByLabel('Name of Q8S_777')).toBeFocused()
  await expect(form.getByLabel('Name of Q8S_777')).toBeInViewport()
  await window.keyboard.press('Control+.')
  await expect(form.getByLabel('Name of _777')).toHaveValue('_777')
  await expect(workbench.primary).toHaveText('Fix 2,999 problems')

  await rows.nth(500).focus()
  await expect(form.getByLabel('Name of Q8S_500')).toBeFocused()
  await window.keyboard.press('Alt+ArrowDown')
  await expect(rows.nth(501)).toHaveAccessibleName('Q8S_500')
  await expect(form.getByLabel('Name of Q8S_500')).toBeFocused()
  await rows.last().scrollIntoViewIfNeeded()
  await expect(form.getByLabel('Name of Q8S_999')).toHaveValue('Q8S_999')
})
