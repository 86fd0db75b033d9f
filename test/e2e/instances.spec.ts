/** Managing instances: several at once, removal with undo, and clean-up after deploys. */
import { readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page, TestInfo } from '@playwright/test'
import { expect, inMain, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const READY = 120_000
/** Longer than a removal waits for its undo. */
const UNDONE = 30_000

/** Sets the last use of environments to an hour ago: clean-up leaves those used a moment ago alone. */
async function ageEnvironments(home: string) {
  const then = new Date(Date.now() - 3_600_000)
  const folder = join(home, 'cache', 'envs')
  for (const name of await readdir(folder).catch(() => [])) {
    if (/^[0-9a-f]+$/.test(name)) await utimes(join(folder, name, '.q8s-complete'), then, then)
  }
}

async function removeChosen(window: Page) {
  await window.getByRole('button', { name: 'Remove…', exact: true }).click()
  const go = window.getByRole('dialog').getByRole('button', { name: /^Remove and free/ })
  await go.click()
}

test('apps are removed, one or several, and the removal is undone', async ({ home, window }) => {
  const workbench = new Workbench(window)
  const folder = await home.sample('plain-web')
  await home.cli('bundle', 'import', folder)
  await home.cli('bump', 'minor', folder)
  await home.cli('bundle', 'import', folder)
  await home.cli('bundle', 'import', await home.sample('hello-wave'))
  await workbench.go('Catalog')
  const apps = async () => (await home.cli('app', 'list')) as { version: string }[]
  const plain = workbench.row(/Plain Web/)

  await test.step('one version, from its panel', async () => {
    await plain.click({ position: { x: 120, y: 20 } })
    await workbench.details.getByRole('button', { name: 'More' }).click()
    await window.getByRole('menuitem', { name: 'Remove…' }).click()
    const dialog = window.getByRole('dialog', { name: 'Remove Plain Web 1.1.0?' })
    await window.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    await expect(workbench.details, 'the key was the dialog’s').toBeVisible()
    await workbench.details.getByRole('button', { name: 'More' }).click()
    await window.getByRole('menuitem', { name: 'Remove…' }).click()
    await expect(dialog).toContainText('no one can run it any more. You can undo this for 10 seconds.')
    await dialog.getByRole('button', { name: 'Remove version' }).click()
    await expect(workbench.details.getByRole('button', { name: 'Run', exact: true })).toBeDisabled()
    await window.getByRole('button', { name: 'Undo' }).click()
    await expect(workbench.details.getByRole('button', { name: 'Run', exact: true })).toBeEnabled()
    expect(await apps()).toHaveLength(3)
    await window.keyboard.press('Escape')
    await expect(window.getByRole('grid'), 'keys go on in the list').toBeFocused()
  })

  await test.step('several, by their checkboxes', async () => {
    await plain.getByRole('checkbox').click()
    const chosen = window.getByRole('group', { name: 'Chosen apps' })
    await expect(chosen).toContainText('1 chosen')
    await chosen.getByRole('button', { name: 'Remove 2 versions…' }).click()
    const dialog = window.getByRole('dialog', { name: 'Remove 2 versions of Plain Web?' })
    await dialog.getByRole('button', { name: 'Remove 2 versions' }).click()
    await expect(plain).toContainText('Being removed')
    await expect(plain).toBeHidden({ timeout: UNDONE })
    await expect(workbench.row(/Hello Wave/)).toBeVisible()
    expect(await apps()).toHaveLength(1)
  })
})

test('several instances are stopped together, and a removal is undone', async ({ home, window }, info) => {
  const workbench = new Workbench(window)
  const folder = await home.sample('plain-web')
  const first = (await home.cli('bundle', 'deploy', folder, '--wait')) as { app: { id: string } }
  await home.cli('app', 'run', first.app.id, '--wait')
  await workbench.go('Instances')
  const rows = window.getByRole('grid', { name: 'Instances' }).getByRole('row', { name: /Plain Web/ })
  await expect(rows).toHaveCount(2, { timeout: READY })

  await test.step('select by checkbox and with Shift, stop both', async () => {
    await rows.nth(0).getByRole('checkbox').click()
    await rows
      .nth(1)
      .getByRole('checkbox')
      .click({ modifiers: ['Shift'] })
    const bar = window.getByRole('group', { name: 'Chosen instances' })
    await expect(bar).toContainText('2 chosen')
    await bar.getByRole('button', { name: 'Stop 2' }).click()
    await expect(rows.filter({ hasText: 'Stopped by you' })).toHaveCount(2, { timeout: 60_000 })
  })

  await test.step('the removal names what is lost; undo keeps it', async () => {
    await window.getByRole('button', { name: 'Remove 2…' }).click()
    const dialog = window.getByRole('dialog', { name: 'Remove 2 instances?' })
    await expect(dialog).toContainText(/Their logs \(.+\) are lost/)
    await dialog.getByRole('button', { name: 'Remove 2 instances' }).click()
    await expect(rows.filter({ hasText: 'Being removed' })).toHaveCount(2)
    await window.getByRole('button', { name: 'Undo' }).click()
    await expect(rows.filter({ hasText: 'Stopped by you' })).toHaveCount(2)
  })

  await test.step('by keyboard: filter, move, open the panel, close it', async () => {
    await window.getByRole('button', { name: 'Clear', exact: true }).click()
    await window.keyboard.press('/')
    await window.keyboard.type('nothing like it')
    await expect(window.getByText(/None of 2 instances matches/)).toBeVisible()
    await window.keyboard.press('Escape')
    await window.getByRole('grid', { name: 'Instances' }).focus()
    await window.keyboard.press('j')
    await expect(workbench.details.getByRole('tab', { name: 'Overview' })).toBeVisible()
  })

  await test.step('files of an ended instance: shown and saved', async () => {
    const { details } = workbench
    await details.getByRole('tab', { name: 'Files' }).click()
    await details.getByRole('row', { name: /app/ }).dblclick()
    await details.getByRole('row', { name: /web\.py/ }).click()
    await details.getByRole('button', { name: 'Open' }).click()
    await expect(window.getByRole('dialog').getByText('ThreadingHTTPServer').first()).toBeVisible()
    await window.keyboard.press('Escape')
    const saved = await download(window, info, () => details.getByRole('button', { name: 'Save' }).click())
    expect(saved).toEqual({ name: 'web.py', text: await readFile(join(folder, 'web.py'), 'utf8') })
    await window.keyboard.press('Escape')
    await expect(details).toBeHidden()
  })

  await test.step('clean up after the deploy', async () => {
    await ageEnvironments(home.folder)
    await window.getByRole('button', { name: 'Clean up…' }).click()
    const list = window.getByRole('grid', { name: 'What can be cleaned up' })
    await expect(list.getByRole('row', { name: /Deploy version, the newest/ })).toBeVisible()
    await expect(list.getByRole('row', { name: /Environment The next app that needs it/ })).toBeVisible()
    await expect(window.getByText('2 chosen')).toBeVisible()
    await list
      .getByRole('row', { name: /the newest/ })
      .getByRole('checkbox')
      .click()
    await removeChosen(window)
    const undo = window.getByRole('button', { name: 'Undo' })
    await undo.click()
    await expect(window.getByText('3 chosen')).toBeVisible()
    expect(await home.cli('app', 'list')).toHaveLength(1)
    await removeChosen(window)
    await expect(list.getByRole('row', { name: /Deploy version/ })).toBeHidden({ timeout: UNDONE })
    expect(await home.cli('app', 'list')).toEqual([])
  })
})

test.describe('in a container', () => {
  test.use({ engine: 'auto' })

  test('a shell in an instance takes every key, and says how it ended', async ({ home, window }) => {
    const workbench = new Workbench(window)
    await home.cli('bundle', 'deploy', await home.sample('plain-web'), '--wait')
    const [instance] = (await home.cli('instance', 'list')) as { shell?: boolean }[]
    test.skip(!instance?.shell, 'instances have a shell only in Docker with the runtime image')
    await workbench.go('Instances')
    await workbench.row(/Plain Web/).click({ position: { x: 80, y: 20 } })
    await workbench.details.getByRole('button', { name: 'Shell' }).click()
    const shell = window.getByRole('region', { name: 'Shell in Plain Web' })
    await expect(shell).toContainText('#')
    await window.keyboard.type('echo sum-$((6*7)); exit 3', { delay: 15 })
    await expect(window.getByRole('heading', { name: 'Instances', level: 1 })).toBeVisible()
    await window.keyboard.press('Enter')
    await expect(shell).toContainText('sum-42')
    await expect(shell.getByRole('status')).toHaveText(/ended with exit code 3/)
    await shell.getByRole('button', { name: 'Open a new one' }).click()
    await expect(shell.getByRole('status')).toBeHidden()
  })
})

/** The file that `save` downloads. Electron would ask the user where to save it; here the test answers. */
async function download(window: Page, info: TestInfo, save: () => Promise<void>) {
  if (info.project.metadata.shell !== 'electron') {
    const [saved] = await Promise.all([window.waitForEvent('download'), save()])
    return { name: saved.suggestedFilename(), text: await readFile(await saved.path(), 'utf8') }
  }
  const path = info.outputPath('saved')
  await inMain(
    window,
    ({ session }, to) =>
      void session.defaultSession.once('will-download', (_event, item) => {
        item.setSavePath(to)
        item.once('done', () => Object.assign(globalThis, { savedName: item.getFilename() }))
      }),
    path
  )
  await save()
  const savedName = () => inMain(window, () => (globalThis as { savedName?: string }).savedName)
  await expect.poll(savedName).toBeDefined()
  return { name: await savedName(), text: await readFile(path, 'utf8') }
}
