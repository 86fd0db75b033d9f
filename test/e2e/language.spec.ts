/** The window in another language: its own texts, those of its host, and what it already showed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { drop, expect, test } from './fixtures.ts'

const catalog: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../src/shared/languages/de.json'), 'utf8')
)
const german = (text: string) => catalog[text] ?? text

test('choose German: the window, its host and the next start use it, and nothing unsaved is lost', async ({
  home,
  window
}) => {
  await drop(window, await home.sample('hello-wave'))
  const title = window.getByRole('textbox', { name: 'Title' })
  await title.fill('Grüße')
  await button(window, 'Settings').click()
  await choose(window, 'Language', 'Deutsch')

  await expect(window.locator('html')).toHaveAttribute('lang', 'de')
  await expect(window.getByRole('heading', { name: german('Settings'), level: 1 })).toBeVisible()
  await window.reload()
  await button(window, german('Diagnosis')).click()
  // A text from the host.
  await expect(window.getByRole('listitem', { name: german('Keychain') })).toBeVisible()
  await button(window, german('Project')).click()
  await expect(window.getByRole('textbox', { name: 'Title' })).toHaveValue('Grüße')
  // Programs read the output of commands, so it stays English.
  const english = expect.arrayContaining([expect.objectContaining({ title: 'Keychain' })])
  expect(await home.cli('config', 'show')).toMatchObject({ settings: { language: 'de' }, checks: english })

  await button(window, german('Settings')).click()
  await choose(window, german('Language'), 'English')
  await expect(window.locator('html')).toHaveAttribute('lang', 'en')
  await expect(window.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
})

const button = (window: Page, name: string) =>
  window.getByRole('navigation').getByRole('button', { name, exact: true })

async function choose(window: Page, setting: string, language: string) {
  await window.getByRole('combobox', { name: setting }).click()
  await window.getByRole('option', { name: language }).click()
}
