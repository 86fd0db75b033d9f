/** From a failed app to the line of the project that its traceback names, and to no other file it prints. */
import type { Page } from '@playwright/test'
import { drop, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const READY = 120_000

/** Fails on its fourth line, then names files outside the project. */
const CODE = `import atexit, json, os, sys
atexit.register(lambda: print(f'  File "/etc/passwd", line 1, in x\\n  File "{os.getcwd()}/../config.json", line 1, in x', file=sys.stderr))
def read(text):
    return json.loads(text)
read("{")
`

async function expectLine(window: Page) {
  const dialog = window.getByRole('dialog', { name: 'web.py' })
  await expect(dialog).toContainText('Expecting property name')
  await expect(dialog.locator('[data-mark]')).toHaveText('4    return json.loads(text)')
  await window.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
}

test('a failure links to its line, but only if the open project is the one that failed', async ({
  home,
  window
}) => {
  const workbench = new Workbench(window)
  await home.cli('config', 'setup', '--engine', 'process')
  const folder = await home.plainApp(CODE)
  await drop(window, folder)
  await expect(workbench.primary).toHaveText('Run locally')
  const show = workbench.details.getByRole('alert').getByRole('button', { name: 'Show line 4 of web.py' })

  await test.step('from its local run', async () => {
    await workbench.details.getByRole('button', { name: 'Run locally' }).click()
    await show.click({ timeout: READY })
    await expectLine(window)
  })

  await test.step('from its log', async () => {
    await workbench.details.getByRole('button', { name: 'Open log' }).click()
    const log = workbench.log('Plain Web')
    await expect(log).toContainText('/etc/passwd')
    await log.getByRole('button', { name: 'More for this log' }).click()
    await window.getByRole('menuitem', { name: 'Show the failing line' }).click()
    await expectLine(window)
  })

  await test.step('from an instance, on another page', async () => {
    await home.cli('bundle', 'deploy', folder)
    await workbench.go('Instances')
    const row = window.getByRole('grid', { name: 'Instances' }).getByRole('row', { name: /Plain Web/ })
    await row.click({ position: { x: 80, y: 20 } })
    await show.click({ timeout: READY })
    await expectLine(window)
    await workbench.go('Instances')
    await workbench.go('Project')
    await expect(workbench.editor, 'the place was shown once').toBeVisible()
    await expect(window.getByRole('dialog')).toBeHidden()
  })

  await test.step('not if another project is open, or none', async () => {
    await window
      .getByRole('banner')
      .getByRole('button', { name: /^Project/ })
      .click()
    await window.getByRole('menuitem', { name: 'Close project' }).click()
    await workbench.go('Instances')
    await expect(workbench.details.getByRole('alert').locator('pre')).toContainText('Expecting property name')
    await expect(show).toBeHidden()
  })
})
