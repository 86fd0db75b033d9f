/** The palette and the keyboard shortcuts of the window: a few letters find everything, and no mouse is needed. */
import type { Page } from '@playwright/test'
import { drawn, drop, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const options = (window: Page) => window.getByRole('listbox', { name: 'What was found' }).getByRole('option')

test('a few letters and Enter: a page, a project, an action; the last used comes first', async ({
  home,
  window
}) => {
  const workbench = new Workbench(window)
  await drop(window, await home.sample('plain-web'))
  await expect(workbench.primary).toHaveText('Run locally')

  await window.keyboard.press('Control+k')
  await expect(window.getByRole('combobox', { name: 'What to do or show' })).toBeFocused()
  await window.keyboard.type('catal')
  await expect(options(window).first()).toContainText('Catalog')
  await window.keyboard.press('Enter')
  await expect(window.getByRole('heading', { name: 'Catalog', level: 1 })).toBeVisible()

  await window.keyboard.press('Control+k')
  await expect(options(window).first()).toContainText('Catalog')
  await window.keyboard.type('plain web')
  await window.keyboard.press('Enter')
  await expect(workbench.editor).toBeVisible()

  await window.keyboard.press('Control+k')
  await window.keyboard.press('ArrowDown')
  await expect(options(window).nth(1)).toHaveAttribute('aria-selected', 'true')
  await window.keyboard.type('no such thing at all')
  await expect(window.getByText('No results.')).toBeVisible()
  await window.keyboard.press('Escape')
  await expect(window.getByRole('dialog')).toBeHidden()

  // The focus returns to where it was, even after one dialog led to another.
  const secrets = window.getByRole('navigation').getByRole('button', { name: 'Secrets' })
  await secrets.focus()
  await window.keyboard.press('Control+k')
  await window.keyboard.type('keyboard shortcuts')
  await window.keyboard.press('Enter')
  await expect(window.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await window.keyboard.press('Escape')
  await expect(secrets).toBeFocused()
})

test('F6 moves through the parts of the window, ? lists every shortcut', async ({ window }) => {
  const part = () =>
    window.evaluate(
      () => document.activeElement?.closest('header, nav, main, aside, footer, section')?.tagName
    )
  const parts: (string | undefined)[] = []
  for (let times = 0; times < 5; times += 1) {
    await window.keyboard.press('F6')
    parts.push(await part())
  }
  expect(parts).toEqual(['HEADER', 'NAV', 'MAIN', 'SECTION', 'FOOTER'])
  await window.keyboard.press('Shift+F6')
  expect(await part()).toBe('SECTION')
  await window.keyboard.press('?')
  const sheet = window.getByRole('dialog', { name: 'Keyboard' })
  await expect(sheet).toContainText('Ctrl+K')
  await expect(sheet).toContainText('F6')
})

test('an action gets other shortcuts: refused, taken, swapped, kept over a restart, reset', async ({
  window
}) => {
  const sheet = window.getByRole('dialog', { name: 'Keyboard' })
  const dock = sheet.getByRole('button', { name: /^Open or close the dock/ })
  const isOpen = window.getByRole('tab', { name: /^Problems/, selected: true })
  const open = async () => {
    await new Workbench(window).go('Settings')
    await window.getByRole('button', { name: 'Change keys…' }).click()
  }
  await open()
  await dock.click()
  await window.keyboard.press('Control+w')
  await expect(sheet.getByRole('alert')).toContainText('belongs to the browser')
  await window.keyboard.press('Control+k')
  await expect(sheet.getByRole('alert')).toContainText('Ctrl+K is “Find anything”')
  await window.keyboard.press('Escape')
  await expect(dock).toHaveText('Ctrl+J')
  await dock.click()
  await window.keyboard.press('Control+k')
  await sheet.getByRole('button', { name: 'Swap them' }).click()
  await expect(dock).toHaveText('Ctrl+K')
  await sheet.getByRole('button', { name: /^Diagnosis/ }).click()
  await window.keyboard.press('Control+Alt+d')
  await expect(sheet.getByRole('button', { name: /^Diagnosis/ })).toHaveText('Ctrl+Alt+D')
  await window.keyboard.press('Escape')
  await expect(sheet).toBeHidden()

  await window.reload()
  await drawn(window)
  await window.keyboard.press('Control+Alt+d')
  await expect(window.getByRole('heading', { name: 'Diagnosis', level: 1 })).toBeVisible()
  await window.keyboard.press('Control+k')
  await expect(isOpen).toBeVisible()
  await window.keyboard.press('Control+j')
  const found = window.getByRole('option', { name: /^Diagnosis/ })
  await expect(found).toContainText('Ctrl+Alt+D')
  await window.keyboard.press('Escape')

  await open()
  await sheet.getByRole('button', { name: 'Reset Open or close the dock' }).click()
  await sheet.getByRole('button', { name: 'Swap them' }).click()
  await expect(dock).toHaveText('Ctrl+J')
  await sheet.getByRole('button', { name: 'Reset all' }).click()
  await expect(sheet.getByRole('button', { name: /^Diagnosis/ })).toHaveText('No key')
})

// Answers can only be delayed on a WebSocket.
test('a window knows the shortcuts of the settings from its first picture on', { tag: '@browser' }, async ({
  window
}) => {
  await new Workbench(window).go('Settings')
  await window.getByRole('button', { name: 'Change keys…' }).click()
  const sheet = window.getByRole('dialog', { name: 'Keyboard' })
  await sheet.getByRole('button', { name: /^Diagnosis/ }).click()
  await window.keyboard.press('Control+Alt+d')
  await expect(sheet.getByRole('button', { name: /^Diagnosis/ })).toHaveText('Ctrl+Alt+D')

  // Every answer is slow, as on a busy computer.
  await window.routeWebSocket(/\/rpc/, socket => {
    const host = socket.connectToServer()
    host.onMessage(message => void setTimeout(() => socket.send(message), 1_000))
  })
  await window.reload()
  await drawn(window)
  await window.keyboard.press('Control+Alt+d')
  await expect(window.getByRole('heading', { name: 'Diagnosis', level: 1 })).toBeVisible()
})
