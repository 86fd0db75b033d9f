/** What only the desktop app has: one instance for all starts, several windows, links, a question before it quits. */
import { join } from 'node:path'
import type { ElectronApplication } from '@playwright/test'
import { applicationOf, drop, expect, inMain, openAnother, startAgain, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

test('a second start opens its bundle or link in the existing window', async ({ home, window }) => {
  const folder = await home.sample('plain-web')
  const bundle = join(home.folder, 'plain.qz')
  await home.cli('bundle', 'import', folder)
  await home.cli('bundle', folder, '--output', bundle)

  await startAgain(home, bundle)
  await expect(window.getByRole('dialog')).toContainText('Plain Web')
  await window.keyboard.press('Escape')
  await startAgain(home, 'q8s://app/ai.h2o.q.plain-web')
  await expect(window.getByRole('heading', { name: 'Catalog', level: 1 })).toBeVisible()
  await expect(new Workbench(window).details).toContainText('Plain Web')
  const { length } = applicationOf(window).windows()
  expect(length).toBe(1)
})

test('a second window has its own view; shortcuts changed there apply to the first window and the menu', async ({
  window
}) => {
  const second = await openAnother(window)
  await second.keyboard.press('5')
  await expect(second.getByRole('heading', { name: 'Secrets', level: 1 })).toBeVisible()
  await expect(window.getByRole('heading', { name: 'Secrets', level: 1 })).toBeHidden()

  await second.keyboard.press('?')
  await second
    .getByRole('dialog')
    .getByRole('button', { name: /^Catalog/ })
    .click()
  await second.keyboard.press('Control+d')
  await expect(window.getByRole('button', { name: 'Catalog', exact: true })).toHaveAttribute(
    'title',
    'Catalog (Ctrl+D)'
  )
  const inMenu = () =>
    inMain(window, ({ Menu }) => {
      const items = Menu.getApplicationMenu()?.items.find(({ label }) => label === '&View')?.submenu?.items
      return items?.find(({ label }) => label === 'Catalog')?.accelerator
    })
  expect(await inMenu()).toBe('CmdOrCtrl+D')
  await window.keyboard.press('Control+d')
  await expect(window.getByRole('heading', { name: 'Catalog', level: 1 })).toBeVisible()
  await second.close()
})

test('a language chosen in one window applies to all windows and the menu', async ({ window }) => {
  const second = await openAnother(window)
  await new Workbench(window).go('Settings')
  await window.getByRole('combobox', { name: 'Language' }).click()
  await window.getByRole('option', { name: 'Deutsch' }).click()
  for (const one of [window, second]) await expect(one.locator('html')).toHaveAttribute('lang', 'de')
  await expect
    .poll(() => inMain(window, ({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label)))
    .toContain('&Datei')
  await second.close()
})

test('quit asks about running instances: Cancel keeps the app, Stop stops them', async ({ home, window }) => {
  const workbench = new Workbench(window)
  await drop(window, await home.sample('plain-web'))
  await expect(workbench.primary).toHaveText('Run locally')
  await window.keyboard.press('Control+Enter')
  await expect(workbench.primary).toHaveText('Open app', { timeout: 120_000 })

  await workbench.go('Settings')
  await window.getByRole('radiogroup', { name: 'When quitting' }).getByText('Ask').click()
  const application = applicationOf(window)
  const quitAnswering = (response: number) => quit(application, response)
  await quitAnswering(2)
  await expect.poll(() => asked(application)).toEqual(['Plain Web is running.'])
  await expect(workbench.primary).toBeVisible()

  const closed = application.waitForEvent('close')
  await quitAnswering(1)
  await closed
  const [instance] = (await home.cli('instance', 'list')) as { state: string }[]
  expect(instance?.state).toBe('stopped')
})

test('quitting asks about jobs it would cancel: one keeps the app open, the other leaves nothing', async ({
  home,
  window
}) => {
  const workbench = new Workbench(window)
  const folder = await home.plainApp('import time\nprint("on my way")\ntime.sleep(600)\n')
  await drop(window, folder)
  await expect(workbench.primary).toHaveText('Run locally')
  await window.keyboard.press('Control+Enter')
  await expect(workbench.primary).toHaveText(/^Starting the app/, { timeout: 120_000 })

  const application = applicationOf(window)
  await quit(application, 1)
  await expect.poll(() => asked(application)).toEqual([expect.stringContaining('is not done yet')])
  await expect(workbench.primary).toHaveText(/^Starting the app/)

  const closed = application.waitForEvent('close')
  await quit(application, 0)
  await closed
  expect(await home.cli('instance', 'list')).toEqual([])
})

/** Quits and answers each question with the button at index `response`. */
function quit(application: ElectronApplication, response: number) {
  return application.evaluate(({ app, dialog }, answer) => {
    const told = globalThis as { asked?: string[] }
    dialog.showMessageBox = async (...given: unknown[]) => {
      const { message } = given.at(-1) as { message: string }
      told.asked = [...(told.asked ?? []), message]
      return { response: answer, checkboxChecked: false }
    }
    app.quit()
  }, response)
}

const asked = (application: ElectronApplication) =>
  application.evaluate(() => (globalThis as { asked?: string[] }).asked)
