/** A project with the test's own manifest, opened in the window. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { drop, type Home } from '../fixtures.ts'
import { Workbench } from './workbench.ts'

/** In a browser the project is a copy of the folder: `manifest` is the file that is edited. */
export async function openProject(home: Home, window: Page, text: string) {
  const folder = await home.sample('plain-web')
  await writeFile(join(folder, 'q-app.toml'), text)
  const workbench = new Workbench(window)
  await drop(window, folder)
  await expect(workbench.editor).toContainText('ai.h2o.q.plain-web')
  const path = await workbench.details.getByTitle(/[\\/]plain-web$/).getAttribute('title')
  return {
    workbench,
    manifest: join(path as string, 'q-app.toml'),
    form: window.getByRole('region', { name: 'Form of the manifest' }),
    /** Waits until the host has stored an unsaved text that contains these words. */
    async draftKept(words: string) {
      const drafts = join(home.folder, 'state', 'drafts')
      await expect(async () => {
        const names = await readdir(drafts)
        const texts = await Promise.all(names.map(name => readFile(join(drafts, name), 'utf8')))
        expect(texts.some(text => text.includes(words))).toBe(true)
      }).toPass()
    },
    async save() {
      await window.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(window.getByText('Not saved')).toBeHidden()
    }
  }
}
