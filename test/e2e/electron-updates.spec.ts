/** Updates of a build without a channel, as a checkout is: it says so, and has nothing to ask. */
import { expect, inMain, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

test('a build without a channel says that it looks for no updates', async ({ window }) => {
  await new Workbench(window).go('Settings')
  const updates = window.getByRole('region', { name: 'Updates' })
  await expect(updates).toContainText(
    'This build cannot check for updates: it was made without an update channel.'
  )
  await expect(updates.getByRole('radiogroup')).toBeHidden()
  await expect(window.getByRole('button', { name: 'Check now' })).toBeHidden()
  // The page has no way around its settings either: what it may reach is its own.
  const reached = await inMain(window, ({ session }) =>
    session.defaultSession.fetch('http://127.0.0.1:9/latest-linux.yml').then(
      () => 'reached',
      (error: Error) => error.message
    )
  )
  expect(await reached).toContain('ERR_BLOCKED_BY_CLIENT')
})
