/** The window in another language: what it says itself, what its host says, and what was in it before. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { drop, expect, test } from './fixtures.ts'

const catalog: Record<string, string> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../src/shared/languages/de.json'), 'utf8')
)
const german = (text: string) => catalog[text] ?? text

test('German is chosen: the window, its host and the next start speak it, and nothing unsaved is lost', async ({
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
  // The host's own words.
  await expect(window.getByRole('listitem', { name: german('Keychain') })).toBeVisible()
  await button(window, german('Project')).click()
  await expect(window.getByRole('textbox', { name: 'Title' })).toHaveValue('Grüße')
  // A command is read by programs.
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
