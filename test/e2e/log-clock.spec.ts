/** The clock is set back an hour and forward a day: logs stay in order, and no time in the window is absurd. */
import { appendFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { dropToPublish, expect, type Home, test } from './fixtures.ts'
import { expectLinesTo, openLog, run } from './pages/saying-app.ts'
import { Workbench } from './pages/workbench.ts'

const HOUR = 3_600_000

/** Writes a line as a launcher with its clock at that time would. */
async function writeAt(home: Home, id: string, time: number, text: string) {
  const folder = join(home.folder, 'state/runs', id, 'log')
  const newest = (await readdir(folder)).sort().at(-1) ?? ''
  await appendFile(join(folder, newest), `${new Date(time).toISOString()} stdout F ${text}\n`)
}

/** Sets the clock that the window reads. */
async function setClock(window: Page, hours: number) {
  await window.evaluate(shift => {
    const before = Date.now
    Date.now = () => before() + shift
  }, hours * HOUR)
}

test('a log whose clock was changed keeps its order, and says so', async ({ home, window }) => {
  const [app] = await run(home, 1)
  const log = await openLog(window, app.id)
  const noon = Date.UTC(2026, 5, 1, 12)
  const times = [0, -1, -1, 23, 23, 0].map((hours, index) => noon + hours * HOUR + index * 1_000)
  for (const [index, time] of times.entries()) await writeAt(home, app.id, time, `line ${index}`)
  await expectLinesTo(log, times.length - 1)
  await expect(log).toContainText('The clock was set back by 59 min 59 s')
  await expect(log).toContainText('1 d 0 h later')
  await expect(log).toContainText('The clock was set back by 22 h 59 min')

  const choose = async (times: string) => {
    await log.getByRole('button', { name: 'Timestamps' }).click()
    await window.getByRole('menuitem', { name: times }).click()
  }
  const rows = log.locator('[data-row]').filter({ hasText: /line \d/ })
  await choose('UTC')
  const asWritten = times.map((time, index) => `${new Date(time).toISOString().slice(11, 23)}line ${index}`)
  await expect(rows).toHaveText(asWritten)
  await choose('How long ago')
  for (const text of await rows.allTextContents()) expect(text).toMatch(/^(now|\d+[smhd])line \d$/)
})

test('a long job shows its true duration, even if the clock is changed while it runs', async ({
  home,
  window
}) => {
  const workbench = new Workbench(window)
  const folder = await home.plainApp('import time\nprint("on my way", flush=True)\ntime.sleep(600)\n')
  await dropToPublish(window, folder)
  const sheet = window.getByRole('dialog')
  await sheet.getByRole('button', { name: 'Deploy', exact: true }).click()
  await expect(sheet).toContainText('Starting the app', { timeout: 120_000 })
  await window.keyboard.press('Escape')
  const status = window.getByRole('contentinfo')
  await expect(status).toContainText('Starting the app')
  const took = status.locator('time')
  await expect(took).toHaveText(/^(< 0\.1 s|\d\.\d s|\d+ s|\d min \d+ s)$/)
  for (const hours of [-1, 25]) {
    await setClock(window, hours)
    // Waits until the next second is shown.
    const before = await took.textContent()
    await expect(took).not.toHaveText(before ?? '')
    await expect(took).toHaveText(/^(\d+ s|\d min \d+ s)$/)
    await workbench.go('Activity')
    await workbench.go('Instances')
    await expect(took).toHaveText(/^(\d+ s|\d min \d+ s)$/)
  }
  await expect(workbench.row(/Plain Web/)).toContainText(/1d/)
  await setClock(window, -48)
  await expect(workbench.row(/Plain Web/)).toContainText(/now/)
  await expect(window.getByRole('alert')).toHaveCount(0)
  await status.getByRole('button', { name: /^Cancel/ }).click()
  await expect(status).toContainText('cancelled')
})
