/** The size budget: shown beside the files, reported when exceeded (in the window and by q8s-cli), and changed. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drop, expect, type Home, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const MiB = 1024 ** 2

interface Listing {
  readonly budget: number
  readonly findings: readonly { readonly rule: string; readonly severity: string }[]
}

async function budgetFindings(home: Home, folder: string) {
  const { findings, budget } = (await home.cli('bundle', folder, '--dry-run')) as Listing
  return { budget, severities: findings.filter(({ rule }) => rule === 'size-budget').map(f => f.severity) }
}

test('a project over its budget shows a warning and its large files, and the budget can be raised', async ({
  home,
  window
}) => {
  await home.cli('config', 'setup', '--size-budget', '1Mi')
  const folder = await home.sample('plain-web')
  await mkdir(join(folder, 'data'))
  await writeFile(join(folder, 'data/model.bin'), Buffer.alloc(3 * MiB))
  expect(await budgetFindings(home, folder)).toEqual({ budget: MiB, severities: ['warning'] })

  const workbench = new Workbench(window)
  await drop(window, folder)
  await expect(workbench.primary).toHaveText('Run locally')
  await window.getByRole('tab', { name: /^Problems/ }).click()
  await window
    .getByRole('region', { name: 'Findings' })
    .getByText(/data\/model\.bin \(3 MiB\)/)
    .click()
  await expect(
    window
      .getByRole('grid', { name: /the largest first/ })
      .getByRole('row')
      .nth(1)
  ).toContainText('data/model.bin')
  const size = window.getByRole('region', { name: 'Size' })
  await size.getByRole('button', { name: '2 MiB over 1 MiB' }).click()

  await window.getByLabel('Size budget in MiB').fill('10')
  await window.getByRole('region', { name: 'Size budget' }).getByRole('button', { name: 'Save' }).click()
  await workbench.go('Project')
  await window.getByRole('radiogroup', { name: 'What to show of the project' }).getByText('Files').click()
  await expect(size).toContainText('30 % of 10 MiB')
  await expect(window.getByText(/more than the size budget/)).toHaveCount(0)
  expect(await budgetFindings(home, folder)).toEqual({ budget: 10 * MiB, severities: [] })
})
