/** Pages with little to list: empty pages lead to a first project, and the rail shows the counts of the others. */
import { expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

test('a page with nothing to list leads to a project, and has no filter', async ({ window }) => {
  const workbench = new Workbench(window)
  const main = window.getByRole('main')
  for (const page of ['Local', 'Activity', 'Catalog']) {
    await workbench.go(page)
    await expect(main.getByRole('button', { name: 'Open a folder' })).toBeVisible()
    await expect(main.getByRole('searchbox')).toBeHidden()
  }
  await main.getByRole('button', { name: 'Try the sample app' }).click()
  await expect(workbench.primary).toHaveText('Run locally')
  await workbench.go('Catalog')
  await main.getByRole('button', { name: 'Go to the project' }).click()
  await expect(workbench.editor).toBeVisible()
})

test('the rail counts all that a page lists, running or not', async ({ home, window }) => {
  const workbench = new Workbench(window)
  const folder = await home.sample('plain-web')
  await home.cli('bundle', 'deploy', folder, '--wait')
  const [instance] = (await home.cli('instance', 'list')) as { id: string }[]
  await home.cli('instance', 'stop', instance?.id ?? '')
  await workbench.go('Instances')
  await expect(workbench.row(/Stopped by you/)).toBeVisible()
  await expect(window.getByRole('main')).toContainText('1 instance')
  await expect(window.getByRole('navigation', { name: 'Pages' }).getByTitle('1 instance')).toHaveText('1')
})
