/**
 * A window on a home that lost its records: every page with records says so and what to do, and makes no new records.
 */
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { test as base, expect } from '../e2e/fixtures.ts'
import { Workbench } from '../e2e/pages/workbench.ts'

const test = base.extend({
  home: async ({ home }, use) => {
    await home.cli('secret', 'set', 'mail', 'KEY=value')
    const database = join(home.folder, 'state', 'platform.db')
    await rename(database, `${database}.away`)
    await use(home)
    expect(existsSync(database)).toBe(false)
    await rename(`${database}.away`, database)
  }
})

test('every page reports lost records', async ({ window }) => {
  const workbench = new Workbench(window)
  for (const page of ['Catalog', 'Instances', 'Secrets'] as const) {
    await workbench.go(page)
    await expect(window.getByRole('main')).toContainText(/The records in .* are damaged/)
    await expect(window.getByRole('main')).toContainText('q8s-cli restore FILE')
  }
})
