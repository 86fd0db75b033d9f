/** Updates of a build without a channel, such as a checkout: it says so, and sends no requests. */
import { expect, inMain, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

test('a build without a channel says that it does not check for updates', async ({ window }) => {
  await new Workbench(window).go('Settings')
  const updates = window.getByRole('region', { name: 'Updates' })
  await expect(updates).toContainText(
    'This build cannot check for updates: it was made without an update channel.'
  )
  await expect(updates.getByRole('radiogroup')).toBeHidden()
  await expect(window.getByRole('button', { name: 'Check now' })).toBeHidden()
  // The page cannot get around its settings either: it may only reach its own origin.
  const reached = await inMain(window, ({ session }) =>
    session.defaultSession.fetch('http://127.0.0.1:9/latest-linux.yml').then(
      () => 'reached',
      (error: Error) => error.message
    )
  )
  expect(await reached).toContain('ERR_BLOCKED_BY_CLIENT')
})
