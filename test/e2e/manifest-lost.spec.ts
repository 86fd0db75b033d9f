/** The manifest when things go wrong: crashes, or a file that is missing, unreadable, not text, or far too long. */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { type Browser, type Page, test as plain } from '@playwright/test'
import { drawn, expect, type Home, startBrowserHost, startElectron, test, visit } from './fixtures.ts'
import { openProject } from './pages/manifest.ts'

const TEXT =
  '[App]\nName = "ai.h2o.q.plain-web"\nVersion = "1.0.0"\nTitle = "Plain Web"\n\n[Runtime]\nModule = "web"\n'

/** Starts a window, in the shell of the project, whose host can be killed. */
async function start(home: Home, browser: Browser): Promise<{ page: Page; kill(): Promise<void> }> {
  if (plain.info().project.metadata.shell === 'electron') return startElectron(home)
  const host = await startBrowserHost(home)
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await visit(page, host.url)
  await drawn(page)
  return {
    page,
    async kill() {
      await host.kill()
      await context.close()
    }
  }
}

test('unsaved text is restored after the host was killed', async ({ home, browser }) => {
  const before = await start(home, browser)
  const { form, draftKept } = await openProject(home, before.page, TEXT)
  await form.getByLabel('Title').fill('Not lost')
  await draftKept('Not lost')
  await before.kill()
  const after = await start(home, browser)
  await expect(
    after.page.getByRole('region', { name: 'Form of the manifest' }).getByLabel('Title')
  ).toHaveValue('Not lost')
  await expect(after.page.getByText('Not saved')).toBeVisible()
  await after.kill()
})

// This needs a second window of the same host.
test('unsaved text is restored after the window has crashed', { tag: '@browser' }, async ({
  home,
  window
}) => {
  const { form, draftKept } = await openProject(home, window, TEXT)
  await form.getByLabel('Title').fill('Not lost')
  await draftKept('Not lost')
  const address = window.url()
  const crashed = window.waitForEvent('crash')
  const session = await window.context().newCDPSession(window)
  void session.send('Page.crash').catch(() => undefined)
  await crashed
  const again = await window.context().newPage()
  await visit(again, address)
  await expect(again.getByRole('region', { name: 'Form of the manifest' }).getByLabel('Title')).toHaveValue(
    'Not lost'
  )
})

test('a missing manifest is reported, and can be written again', async ({ home, window }) => {
  const { form, manifest } = await openProject(home, window, TEXT)
  await form.getByLabel('Title').fill('Still here')
  await rm(manifest)
  const card = window.getByRole('alert').filter({ hasText: 'q-app.toml is gone' })
  await expect(card).toBeVisible()
  await expect(form.getByLabel('Title')).toHaveValue('Still here')
  await card.getByRole('button', { name: 'Write it again' }).click()
  await expect(card).toBeHidden()
  await expect(window.getByText('Not saved')).toBeHidden()
  expect(await readFile(manifest, 'utf8')).toBe(TEXT.replace('Plain Web', 'Still here'))

  await rm(manifest)
  await expect(card).toBeVisible()
  await writeFile(manifest, TEXT)
  await expect(card).toBeHidden()
  await expect(form.getByLabel('Title')).toHaveValue('Plain Web')

  await rm(manifest)
  await expect(card).toBeVisible()
  await window.reload()
  await expect(window.getByRole('alert')).toContainText('This project cannot be read')
  await writeFile(manifest, TEXT)
  await window.getByRole('alert').getByRole('button', { name: 'Retry' }).click()
  await expect(form.getByLabel('Title')).toHaveValue('Plain Web')
})

test('a manifest that is not text is reported and never overwritten', async ({ home, window }) => {
  const { form, manifest, workbench } = await openProject(home, window, TEXT)
  const alert = window.getByRole('alert')
  const latin = Buffer.from(TEXT.replace('Plain', 'Pl\u00e4in'), 'latin1')
  await writeFile(manifest, latin)
  await expect(alert).toContainText('q-app.toml is not UTF-8')
  await expect(form.getByLabel('Title')).toBeDisabled()
  await workbench.editor.press('Control+End')
  await window.keyboard.type('typed')
  await expect(window.getByText('Not saved')).toBeHidden()
  expect((await readFile(manifest)).equals(latin)).toBe(true)

  await writeFile(manifest, Buffer.from([0, 1, 2, 255, 254, 0]))
  await expect(alert).toContainText('q-app.toml is not a text')

  await writeFile(manifest, Buffer.from(`\ufeff${TEXT}`, 'utf16le'))
  await expect(alert).toContainText('q-app.toml is UTF-16, not UTF-8')
  await alert.getByRole('button', { name: 'Save as UTF-8' }).click()
  await expect(alert).toBeHidden()
  expect(await readFile(manifest, 'utf8')).toBe(TEXT)
})

test('a line of 2 MB does not break the window', async ({ home, window }) => {
  const { manifest, workbench, form } = await openProject(home, window, TEXT)
  await writeFile(manifest, `${TEXT}Long = "${'x'.repeat(2 * 1024 * 1024)}"\n`)
  await expect(window.getByText(/at most 1 MiB is read/).first()).toBeVisible()
  await workbench.editor.press('Control+Home')
  await window.keyboard.type('# alive\n')
  await expect(workbench.editor).toContainText('# alive')
  await window.getByRole('button', { name: 'Revert' }).click()
  await writeFile(manifest, TEXT)
  await expect(form.getByLabel('Title')).toBeEnabled()
})
