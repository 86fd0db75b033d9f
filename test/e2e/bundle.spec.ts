/** The bundle before it is made: files in and out, secrets, changes; and the contents of a `.qz`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { drawn, drop, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

// Joined here so that secret scanners do not report this file.
const TOKEN = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_')

/** Opens the files of a dropped project; returns its tree and its folder, which is a copy in a browser. */
async function openFiles(window: Page, folder: string): Promise<{ tree: Locator; project: string }> {
  const workbench = new Workbench(window)
  await drop(window, folder)
  await expect(workbench.editor).toContainText('ai.h2o.q.plain-web')
  const project = (await workbench.details.getByTitle(/[\\/]plain-web$/).getAttribute('title')) as string
  await window.getByRole('radiogroup', { name: 'What to show of the project' }).getByText('Files').click()
  const tree = window.getByRole('treegrid', { name: 'Files of the project' })
  await expect(tree).toBeVisible()
  return { tree, project }
}

const row = (tree: Locator, name: string) =>
  tree.getByRole('row').filter({ has: tree.page().getByTitle(name, { exact: true }) })

test('files are excluded and included again, by mouse and by keyboard', async ({ home, window }) => {
  const folder = await home.sample('plain-web')
  await mkdir(join(folder, 'data'))
  for (const name of ['a.csv', 'b.csv']) await writeFile(join(folder, 'data', name), '1,2\n')
  await writeFile(join(folder, '.q8signore'), '# mine\n*.tmp\n')
  const { tree, project } = await openFiles(window, folder)
  const rules = () => readFile(join(project, '.q8signore'), 'utf8')
  const data = row(tree, 'data/')

  await data.getByRole('button', { name: 'Open data' }).click()
  await row(tree, 'data/a.csv').getByRole('checkbox').click()
  await expect(row(tree, 'data/a.csv')).toContainText('ignored by .q8signore: /data/a.csv')
  await expect(data.getByRole('checkbox')).toHaveAttribute('aria-checked', 'mixed')
  expect(await rules()).toBe('# mine\n*.tmp\n/data/a.csv\n')

  await tree.focus()
  await data.click()
  await tree.press('Space')
  await expect(data.getByRole('checkbox')).toHaveAttribute('aria-checked', 'true')
  expect(await rules()).toBe('# mine\n*.tmp\n')
  await tree.press('Space')
  await expect(data.getByRole('checkbox')).toHaveAttribute('aria-checked', 'false')
  expect(await rules()).toBe('# mine\n*.tmp\n/data/\n')

  await row(tree, 'requirements.txt').getByRole('checkbox').click()
  await expect(window.getByText('requirements.txt cannot be left out here.')).toBeVisible()
  expect(await rules()).toBe('# mine\n*.tmp\n/data/\n')
})

test('a secret is marked in the tree, and a click goes to its line', async ({ home, window }) => {
  const folder = await home.sample('plain-web')
  await mkdir(join(folder, 'lib'))
  await writeFile(join(folder, 'lib/leak.py'), `${'import os\n'.repeat(60)}key = "${TOKEN}"\n`)
  const { tree } = await openFiles(window, folder)
  await expect(row(tree, 'lib/')).toContainText('1 finding')
  await window.getByRole('combobox', { name: 'Which files' }).selectOption('With findings')
  await expect(row(tree, 'web.py')).toHaveCount(0)
  await tree.getByRole('button', { name: 'Secret in line 61' }).click()
  const dialog = window.getByRole('dialog', { name: 'lib/leak.py' })
  await expect(dialog).toContainText('holds what looks like a secret (github)')
  await expect(dialog.getByText(`key = "${TOKEN}"`)).toBeInViewport()
  await dialog.getByRole('button', { name: 'Close' }).click()

  await window
    .getByRole('group', { name: 'Next step' })
    .getByRole('button', { name: 'Fix 1 problem' })
    .click()
  await expect(dialog.getByText(`key = "${TOKEN}"`)).toBeInViewport()
})

test('changes since a published version are listed, with the changed lines of a file', async ({
  home,
  window
}) => {
  const folder = await home.sample('plain-web')
  await home.cli('bundle', 'import', folder)
  const manifest = await readFile(join(folder, 'q-app.toml'), 'utf8')
  await writeFile(join(folder, 'q-app.toml'), manifest.replace('Version = "1.0.0"', 'Version = "1.1.0"'))
  await writeFile(join(folder, 'extra.py'), 'x = 1\n')
  await openFiles(window, folder)
  await window.getByText('Changes', { exact: true }).click()
  await expect(window.getByText(/^1 added, 1 changed; \d+ entries the same$/)).toBeVisible()
  const lines = window.getByRole('region', { name: 'Lines of q-app.toml that differ' })
  await expect(lines).toContainText('Version = "1.0.0"')
  await expect(lines).toContainText('Version = "1.1.0"')
  await window.getByRole('row', { name: /extra\.py/ }).click()
  await expect(window.getByRole('region', { name: 'Lines of extra.py that differ' })).toContainText('x = 1')
})

// Requests to the host can only be delayed on a socket.
test('a comparison that takes long gives the reason, and can be cancelled', { tag: '@browser' }, async ({
  home,
  window
}) => {
  let isHeld = true
  await window.routeWebSocket(/\/rpc/, socket => {
    const server = socket.connectToServer()
    socket.onMessage(message => {
      if (!isHeld || !message.toString().includes('/preview/compare')) server.send(message)
    })
  })
  await window.clock.install()
  await window.reload()
  await drawn(window)
  const folder = await home.sample('plain-web')
  await home.cli('bundle', 'import', folder)
  await openFiles(window, folder)
  await window.getByText('Changes', { exact: true }).click()
  await expect(window.getByText('Comparing…')).toBeVisible()
  await window.clock.runFor(11_000)
  await expect(window.getByText('are read in full')).toBeVisible()
  await window.getByRole('button', { name: 'Cancel', exact: true }).click()
  await expect(window.getByText('Not compared')).toBeVisible()
  isHeld = false
  await window.getByRole('button', { name: 'Compare', exact: true }).click()
  await expect(window.getByText('The same as 1.0.0')).toBeVisible()
})

test('a bundle is inspected without unpacking it, then imported', async ({ home, window }) => {
  const folder = await home.sample('plain-web')
  const file = join(home.folder, 'plain.wave')
  const { sha256 } = (await home.cli('bundle', folder, '--output', file)) as { sha256: string }
  await drop(window, file)
  await window.getByRole('dialog').getByRole('button', { name: 'Look inside' }).click()
  const dialog = window.getByRole('dialog', { name: 'Plain Web 1.0.0', exact: true })
  await expect(dialog).toContainText(sha256)
  const tree = dialog.getByRole('treegrid', { name: 'Files of the bundle' })
  await row(tree, 'web.py').dblclick()
  await expect(window.getByRole('region', { name: 'Text of web.py' })).toContainText('import')
  await window.getByRole('dialog', { name: 'web.py' }).getByRole('button', { name: 'Close' }).click()
  await dialog.getByText('Manifest', { exact: true }).click()
  await expect(dialog.getByRole('region', { name: 'Text of q-app.toml' })).toContainText('ai.h2o.q.plain-web')
  await dialog.getByText('Changes', { exact: true }).click()
  await expect(dialog).toContainText('No version of ai.h2o.q.plain-web is published yet.')
  await dialog.getByRole('button', { name: 'Import…' }).click()
  await window.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click()
  await expect.poll(() => home.cli('app', 'list')).toHaveLength(1)
})
