/** A window as at 200 % zoom with the dock open: the lists keep enough room to be usable. */
import { drop, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const ROW = 28

test('the open dock leaves room for rows of a list', async ({ home, window }) => {
  const workbench = new Workbench(window)
  await drop(window, await home.sample('plain-web'))
  await expect(workbench.primary).toHaveText('Run locally')
  await window.setViewportSize({ width: 640, height: 400 })
  await window.getByRole('tab', { name: /^Problems/ }).click()
  await window.getByRole('radiogroup', { name: 'What to show of the project' }).getByText('Files').click()
  const list = window.getByRole('treegrid', { name: 'Files of the project' })
  const dock = window.getByRole('region', { name: 'Dock' })
  const height = async (part: typeof list) => (await part.boundingBox())?.height ?? 0
  expect(await height(list)).toBeGreaterThan(2 * ROW)
  expect(await height(dock)).toBeGreaterThan(3 * ROW)

  // The dock is smaller than the height it was set to, and resizes from the visible height.
  const before = await height(dock)
  await window.getByRole('separator', { name: 'Height of the dock' }).press('ArrowDown')
  await expect.poll(() => height(dock)).toBeLessThan(before)
})
