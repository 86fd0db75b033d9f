/** Deceptive names: the window shows their hidden characters wherever they appear. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../e2e/fixtures.ts'
import { Workbench } from '../e2e/pages/workbench.ts'

const SHOWN = 'Safe ‹U+202E›fdp.exe‹U+200B›'

test('a deceptive title shows its hidden characters', async ({ window, home }) => {
  const folder = await home.sample('plain-web')
  const file = join(folder, 'q-app.toml')
  const manifest = await readFile(file, 'utf8')
  const title = 'Title = "Safe \\u202Efdp.exe\\u200B"\nDescription = "Says \\u2066nothing\\u2069"'
  await writeFile(
    file,
    manifest.replace(/^(?:Title|Description) = .*\n/gm, '').replace('[App]', `[App]\n${title}`)
  )
  await home.cli('bundle', 'import', folder)

  const workbench = new Workbench(window)
  await workbench.go('Catalog')
  const app = workbench.row(new RegExp(SHOWN.replaceAll('+', '\\+')))
  await expect(app).toBeVisible()
  expect(await hiddenSigns(window)).toEqual([])

  await app.click({ position: { x: 120, y: 20 } })
  await expect(workbench.details).toContainText(SHOWN)
  await expect(workbench.details).toContainText('Says ‹U+2066›nothing‹U+2069›')
  expect(await hiddenSigns(window)).toEqual([])
})

/** Texts and attributes of the page that contain an invisible character. */
function hiddenSigns(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const hidden = /[\u200b\u202a-\u202e\u2066-\u2069\x1b]/
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) if (hidden.test(value)) found.push(`${name}=${value}`)
      for (const { data } of [...element.childNodes].filter(node => node instanceof Text)) {
        if (hidden.test(data)) found.push(data)
      }
    }
    return hidden.test(document.title) ? [...found, document.title] : found
  })
}
