/** Rolling out a version in four steps, each undone again; leaving and coming back loses nothing. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drop, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const READY = 120_000

test('a new version is rolled out, and each step is undone', async ({ home, window }) => {
  const workbench = new Workbench(window)
  const folder = await home.sample('plain-web')
  await home.cli('bundle', 'import', folder, '-v', 'ALL_USERS')
  const manifest = join(folder, 'q-app.toml')
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"1.0.0"', '"1.1.0"'))
  await drop(window, folder)
  await expect(workbench.editor).toContainText('1.1.0')
  await window.keyboard.press('Escape')
  const step = (title: string) => window.getByRole('main').getByRole('listitem').filter({ hasText: title })
  const visibility = async () => {
    const apps = (await home.cli('app', 'list')) as { version: string; visibility: string }[]
    return Object.fromEntries(apps.map(app => [app.version, app.visibility]))
  }

  await test.step('from the catalog, import privately', async () => {
    await workbench.go('Catalog')
    await workbench.row(/Plain Web/).click({ position: { x: 40, y: 20 } })
    await workbench.details.getByRole('button', { name: 'More' }).click()
    await window.getByRole('menuitem', { name: 'Roll out…' }).click()
    await step('Import it privately').getByRole('button', { name: 'Import 1.1.0' }).click()
    await expect(step('Import it privately')).toContainText('Done', { timeout: 60_000 })
    expect(await visibility()).toEqual({ '1.0.0': 'ALL_USERS', '1.1.0': 'PRIVATE' })
  })

  await test.step('start and check it; leave and come back', async () => {
    await step('Start it and check it').getByRole('button', { name: 'Start 1.1.0' }).click()
    await expect(step('Start it and check it')).toContainText('Ready', { timeout: READY })
    await window.reload()
    await expect(step('Start it and check it')).toContainText('Ready')
  })

  await test.step('publish, de-list the old one', async () => {
    await step('Publish it').getByRole('button', { name: 'Publish for all users…' }).click()
    await window.getByRole('dialog').getByRole('button', { name: 'Publish for all users' }).click()
    await step('Publish it').getByText('On the command line').click()
    const undo = step('Publish it').getByRole('button', {
      name: /^Copy command q8s-cli app update .* -v PRIVATE$/
    })
    await expect(undo).toBeVisible()
    await step('De-list the old one').getByRole('button', { name: 'De-list 1.0.0' }).click()
    await expect(step('De-list the old one')).toContainText('Done')
    expect(await visibility()).toEqual({ '1.0.0': 'PRIVATE', '1.1.0': 'ALL_USERS' })
  })

  await test.step('and undo every step', async () => {
    await step('De-list the old one').getByRole('button', { name: 'Show again 1.0.0' }).click()
    await step('Publish it').getByRole('button', { name: 'Undo: make 1.1.0 private' }).click()
    await expect(step('Publish it')).toContainText('Next')
    await step('Start it').getByRole('button', { name: 'Undo: remove the instance…' }).click()
    await window.getByRole('dialog').getByRole('button', { name: 'Remove instance' }).click()
    await expect(step('Start it').getByRole('button', { name: 'Start 1.1.0' })).toBeEnabled({
      timeout: 60_000
    })
    await step('Import it').getByRole('button', { name: 'Undo: remove 1.1.0…' }).click()
    await window.getByRole('dialog').getByRole('button', { name: 'Remove version' }).click()
    await expect(step('Import it')).toContainText('Being removed')
    await expect(step('Import it').getByRole('button', { name: 'Import 1.1.0' })).toBeVisible({
      timeout: 60_000
    })
    expect(await visibility()).toEqual({ '1.0.0': 'ALL_USERS' })
  })
})
