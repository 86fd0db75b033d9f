/** Pictures of every page in both themes and at two sizes, for people to look at; `npm run screens` makes them. */
import { cp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { drop, expect, test } from '../e2e/fixtures.ts'
import { Workbench } from '../e2e/pages/workbench.ts'
import { fillHome } from './made-up-home.ts'

const folder = join(import.meta.dirname, '../../out/screens')
/** Those the documents show. */
const images = join(import.meta.dirname, '../../docs/images')
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 }
]
const LISTS = ['Local', 'Catalog', 'Instances', 'Secrets', 'Activity']
const THEMES = ['light', 'dark'] as const

test.beforeAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
})

test('first start', async ({ window }) => {
  await picture(window, 'welcome')
})

test('every page', async ({ home, window }) => {
  test.setTimeout(600_000)
  await fillHome(home.folder)
  const workbench = new Workbench(window)

  await test.step('project', async () => {
    await drop(window, await home.sample('hello-wave'))
    await expect(workbench.primary).toHaveText('Run locally')
    await expect(workbench.editor).toBeVisible()
    await picture(window, 'project')
    await window.getByText('Files', { exact: true }).click()
    await expect(window.getByRole('treegrid', { name: 'Files of the project' })).toBeVisible()
    await picture(window, 'project-files')
    await window.getByText('Manifest', { exact: true }).click()
    await window.keyboard.press('Control+Enter')
    await expect(workbench.primary).toHaveText('Open app', { timeout: 180_000 })
    await picture(window, 'project-running')
    await cp(join(folder, 'project-running-light-1280.png'), join(images, 'window.png'))
  })

  for (const page of LISTS) {
    await test.step(page, async () => {
      await workbench.go(page)
      const cells = window.getByRole('grid').getByRole('row').nth(1).getByRole('gridcell')
      await cells
        .filter({ hasText: /\w/, hasNot: window.getByRole('link') })
        .last()
        .click()
      await expect(workbench.details).toBeVisible()
      await picture(window, page.toLowerCase())
    })
  }

  await test.step('diagnosis', async () => {
    await workbench.go('Diagnosis')
    await expect(window.getByRole('listitem', { name: 'Disk space' })).toBeVisible()
    await picture(window, 'diagnosis')
  })

  await test.step('publish sheet', async () => {
    await workbench.go('Project')
    await workbench.details.getByRole('button', { name: 'Publish…' }).click()
    await expect(window.getByRole('dialog')).toBeVisible()
    await picture(window, 'publish')
    await window.keyboard.press('Escape')
  })

  await test.step('palette', async () => {
    await window.keyboard.press('Control+k')
    await expect(window.getByRole('dialog')).toBeVisible()
    await picture(window, 'palette')
    await window.keyboard.press('Escape')
  })

  await test.step('diagnosis', async () => {
    await workbench.go('Diagnosis')
    await expect(window.getByRole('button', { name: 'Check everything again' })).toBeEnabled()
    await picture(window, 'diagnosis')
  })

  await test.step('settings', async () => {
    await workbench.go('Settings')
    await picture(window, 'settings')
    await window.keyboard.press('?')
    await expect(window.getByRole('dialog')).toBeVisible()
    await picture(window, 'shortcuts')
  })
})

/** The window as it is now, in each theme and size; a picture where something still moves would differ each time. */
async function picture(window: Page, name: string) {
  for (const size of SIZES) {
    await window.setViewportSize(size)
    for (const colorScheme of THEMES) {
      await window.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await expect(window.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
      await window.evaluate(settled)
      await window.screenshot({
        path: join(folder, `${name}-${colorScheme}-${size.width}.png`),
        animations: 'disabled',
        caret: 'hide'
      })
    }
  }
  await window.setViewportSize({ width: 1280, height: 800 })
}

/** Colours have changed, and the terminal, which takes a theme with its next frame, has drawn. */
async function settled() {
  for (const animation of document.getAnimations()) {
    if (animation.effect?.getTiming().iterations === 1) animation.finish()
  }
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
}
