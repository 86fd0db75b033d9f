/** A hidden window costs nothing: on any page, it sends its host no requests until it is visible again. */
import { drawn, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const LONG_MS = 10 * 60_000

// Traffic can be counted on a socket; the page is the same in Electron.
test('a hidden window sends nothing, however long', { tag: '@browser' }, async ({ home, window }) => {
  await home.cli('bundle', 'deploy', await home.sample('plain-web'), '--wait')
  let sent = 0
  window.on('websocket', socket => socket.on('framesent', () => (sent += 1)))
  await window.clock.install()
  await window.reload()
  await drawn(window)
  const workbench = new Workbench(window)
  await workbench.go('Instances')
  await workbench.row(/Plain Web/).click({ position: { x: 80, y: 20 } })
  await workbench.details.getByRole('button', { name: 'Open log' }).click()
  await expect(workbench.log('Plain Web')).toContainText(/\S/)
  await workbench.details.getByRole('tab', { name: 'Logs' }).click()
  await expect(workbench.details.getByRole('tabpanel')).toContainText(/\S/)

  const show = (state: 'hidden' | 'visible') =>
    window.evaluate(now => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now })
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    }, state)
  await show('hidden')
  // This minute gives earlier requests time to be answered.
  await window.clock.runFor(60_000)
  sent = 0
  await window.clock.runFor(LONG_MS)
  expect(sent).toBe(0)
  await show('visible')
  await window.clock.runFor(60_000)
  await expect.poll(() => sent).toBeGreaterThan(0)
})
