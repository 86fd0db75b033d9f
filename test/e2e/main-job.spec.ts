/** The main job: drop a folder, fix it, run it, use it, see its log, publish it, stop it. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drop, expect, test, visit } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const READY = 180_000

// In a container if Docker is available: the other specs run plain processes, which are faster.
test.use({ engine: 'auto' })

test('from a dropped folder to a published app', async ({ home, window, browser }) => {
  const workbench = new Workbench(window)
  const folder = await home.sample('hello-wave')
  await breakVersion(folder)

  await test.step('drop the sample folder', async () => {
    await drop(window, folder)
    await expect(workbench.editor).toContainText('ai.h2o.q.hello-wave')
    await expect(workbench.primary).toHaveText('Fix 1 problem')
  })

  await test.step('fix the finding by key', async () => {
    await workbench.primary.click()
    const problems = window.getByRole('region', { name: 'Findings' })
    await expect(problems.getByRole('button', { name: /q-app\.toml 3:/ })).toBeVisible()
    await expect(workbench.editor).toBeFocused()
    await window.keyboard.press('Alt+Enter')
    await expect(workbench.editor).toContainText('Version = "1.0.0"')
    await window.keyboard.press('Control+s')
    await expect(window.getByText('Not saved')).toBeHidden()
    await expect(workbench.primary).toHaveText('Run locally')
  })

  await test.step('run it', async () => {
    await window.keyboard.press('Control+Enter')
    await expect(workbench.primary).toHaveText('Open app', { timeout: READY })
  })

  await test.step('click in the running app and see its log line', async () => {
    await workbench.go('Local')
    await workbench.row(/Hello Wave/).click()
    const url = await workbench.details.getByRole('link').getAttribute('href')
    const app = await browser.newPage()
    await visit(app, url as string)
    await app.getByRole('button', { name: 'Click me' }).click()
    await expect(app.getByText('clicks so far')).toBeVisible()
    await app.close()
    await expect(workbench.log('Hello Wave')).toContainText('Count is now 1')
  })

  await test.step('publish it', async () => {
    await workbench.choose('Publish privately')
    await workbench.go('Catalog')
    await workbench.row(/Hello Wave/).click()
    await expect(workbench.details.getByRole('heading', { name: 'Hello Wave 1.0.0' })).toBeVisible()
    await expect(workbench.details).toContainText('Private')
  })

  await test.step('stop it', async () => {
    await workbench.go('Local')
    await workbench.details.getByRole('button', { name: 'Stop' }).click()
    await expect(workbench.row(/Hello Wave/)).toContainText('Stopped', { timeout: 60_000 })
  })
})

/** A version of two numbers is not valid semver; the quick fix adds the third. */
async function breakVersion(folder: string) {
  const file = join(folder, 'q-app.toml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('Version = "1.0.0"', 'Version = "1.0"'))
}
