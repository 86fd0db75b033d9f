/** Pictures of every page in both themes and at two sizes, for people to review; `npm run screens` makes them. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page, WebSocketRoute } from '@playwright/test'
import { drawn, expect, test } from '../e2e/fixtures.ts'
import { emptyTour, fullTour } from '../e2e/pages/tour.ts'
import { Workbench } from '../e2e/pages/workbench.ts'
import { fillHome, run } from './made-up-home.ts'

const folder = join(import.meta.dirname, '../../out/screens')
/** The pictures in the documents, by the stop where they are taken. */
const images = join(import.meta.dirname, '../../docs/images')
const IMAGES: Readonly<Record<string, { file: string; colorScheme: 'light' | 'dark' }>> = {
  'project-running': { file: 'window.png', colorScheme: 'light' },
  'instance-failed': { file: 'instances.png', colorScheme: 'dark' }
}
const IMAGE_SIZE = { width: 1440, height: 1050 }
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 }
]
const THEMES = ['light', 'dark'] as const

test.beforeAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
})

test('a new window', async ({ home, window }) => {
  test.setTimeout(300_000)
  await emptyTour({ home, window, stop: name => picture(window, name) })
})

test('every page, panel, sheet and dialog', async ({ home, window }) => {
  test.setTimeout(900_000)
  await fillHome(home.folder)
  await fullTour({
    home,
    window,
    async stop(name) {
      await picture(window, name)
      await image(window, name, home.folder)
    }
  })
})

test.describe('bad states', () => {
  const { DOCKER_HOST } = process.env
  test.beforeAll(() => {
    process.env.DOCKER_HOST = 'unix:///nowhere/docker.sock'
  })
  test.afterAll(() => {
    if (DOCKER_HOST === undefined) delete process.env.DOCKER_HOST
    else process.env.DOCKER_HOST = DOCKER_HOST
  })

  test('the engine is gone, then the host', async ({ home, window }) => {
    test.setTimeout(300_000)
    const broken = await breakable(window)
    await run(home.folder, home.folder, 'bundle', 'deploy', await home.sample('plain-web'))
    await run(home.folder, home.folder, 'config', 'setup', '--engine', 'docker')
    const workbench = new Workbench(window)
    await workbench.go('Diagnosis')
    await window.getByRole('button', { name: 'Check everything again' }).click()
    await expect(window.getByRole('button', { name: 'Check everything again' })).toBeEnabled({
      timeout: 60_000
    })
    await picture(window, 'diagnosis-failures')
    await workbench.go('Catalog')
    await workbench.row(/Plain Web/).click({ position: { x: 120, y: 20 } })
    await workbench.details.getByRole('button', { name: 'Run', exact: true }).click()
    await expect(workbench.details.getByRole('button', { name: 'See the diagnosis' })).toBeVisible()
    await picture(window, 'run-without-engine')
    await workbench.go('Instances')
    await expect(workbench.row(/Plain Web/)).toBeVisible()
    await broken()
    await expect(window.getByText('Reconnecting', { exact: true })).toBeVisible()
    await picture(window, 'disconnected')
  })
})

/** Takes pictures of the current window in each theme and size. */
async function picture(window: Page, name: string) {
  for (const size of SIZES) {
    await window.setViewportSize(size)
    for (const colorScheme of THEMES) {
      await shoot(window, colorScheme, join(folder, `${name}-${colorScheme}-${size.width}.png`))
    }
  }
  await window.setViewportSize({ width: 1280, height: 800 })
}

/** Does the same for the documents if they show this stop; the home is shown as `~` there. */
async function image(window: Page, name: string, home: string) {
  const wanted = IMAGES[name]
  if (!wanted) return
  await window.setViewportSize(IMAGE_SIZE)
  await window.evaluate(callHome, join(home, 'state'))
  await shoot(window, wanted.colorScheme, join(images, wanted.file))
  await window.setViewportSize({ width: 1280, height: 800 })
}

/** Takes a picture once nothing moves: otherwise each picture would differ. */
async function shoot(window: Page, colorScheme: 'light' | 'dark', path: string) {
  await window.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await awayFromAll(window)
  await expect(window.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
  await window.evaluate(settled)
  await window.screenshot({ path, animations: 'disabled', caret: 'hide' })
}

/** Connects the window so that the returned function can break the connection for good. */
async function breakable(window: Page): Promise<() => Promise<void>> {
  let socket: WebSocketRoute | undefined
  let over = false
  await window.routeWebSocket(/\/rpc/, route => {
    if (over) return void route.close()
    route.connectToServer()
    socket = route
  })
  await window.reload()
  await drawn(window)
  return async () => {
    over = true
    await socket?.close()
  }
}

/** Moves the pointer to the middle of the status bar, where nothing reacts to it. */
async function awayFromAll(window: Page) {
  const { width, height } = window.viewportSize() ?? IMAGE_SIZE
  await window.mouse.move(width / 2, height - 8)
}

/** Resolves when colours have changed and the terminal, which takes a theme with its next frame, has drawn. */
async function settled() {
  for (const animation of document.getAnimations()) {
    if (animation.effect?.getTiming().iterations === 1) animation.finish()
  }
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
}

function callHome(folder: string) {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (text.nodeValue?.includes(folder)) text.nodeValue = text.nodeValue.replace(folder, '~')
  }
}
