/** Several windows: each comes back in its place with its view, after a quit and after a kill. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import {
  applicationOf,
  drawn,
  drop,
  expect,
  type Home,
  inMain,
  openAnother,
  startElectron,
  test
} from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const FIRST = 'app://q8s/'
const SECOND = 'app://q8s/?window=2'

/** Maps the address of every window to its position. */
const placesOf = (window: Page) =>
  inMain(window, ({ BrowserWindow }) =>
    Object.fromEntries(
      BrowserWindow.getAllWindows().map(each => [each.webContents.getURL(), each.getNormalBounds()])
    )
  )

async function windowAt(window: Page, address: string): Promise<Page> {
  const application = applicationOf(window)
  const find = () => application.windows().find(page => page.url() === address)
  await expect.poll(find).toBeDefined()
  const found = find() as Page
  await drawn(found)
  return found
}

/** Opens two windows with different views and positions, and waits until all of it is saved. */
async function leaveTwo(home: Home, window: Page) {
  await new Workbench(window).go('Secrets')
  const second = await openAnother(window)
  await drop(second, await home.sample('plain-web'))
  await expect(new Workbench(second).editor).toContainText('plain-web')
  await second.keyboard.press('Control+j')
  await expect(second.getByRole('tab', { name: /^Problems/ })).toBeVisible()
  await inMain(window, ({ BrowserWindow }) => {
    for (const each of BrowserWindow.getAllWindows()) {
      const isFirst = each.webContents.getURL() === 'app://q8s/'
      each.setBounds(
        isFirst ? { x: 20, y: 30, width: 900, height: 600 } : { x: 140, y: 90, width: 800, height: 620 }
      )
    }
  })
  const kept = (file: string) => readFile(join(home.folder, file), 'utf8').catch(() => '')
  await expect.poll(() => kept('config/windows.json')).toMatch(/"x":20,.*"x":140,/)
  await expect.poll(() => kept('state/windows/view.json')).toContain('"secrets"')
  await expect.poll(() => kept('state/windows/view-2.json')).toContain('"open":true')
}

for (const end of ['close', 'kill'] as const) {
  test(`both windows are there again after a ${end}`, async ({ home }) => {
    const before = await startElectron(home)
    await leaveTwo(home, before.page)
    await before[end]()

    const { page, close } = await startElectron(home)
    const first = await windowAt(page, FIRST)
    const second = await windowAt(page, SECOND)
    await expect(first.getByRole('heading', { name: 'Secrets', level: 1 })).toBeVisible()
    await expect(new Workbench(second).editor).toContainText('plain-web')
    await expect(second.getByRole('tab', { name: /^Problems/ })).toBeVisible()
    expect(await placesOf(page)).toEqual({
      [FIRST]: { x: 20, y: 30, width: 900, height: 600 },
      [SECOND]: { x: 140, y: 90, width: 800, height: 620 }
    })
    await close()
  })
}

test('a closed window stays closed, and a window off the screen comes back on it', async ({ home }) => {
  const before = await startElectron(home)
  const second = await openAnother(before.page)
  const third = await openAnother(before.page)
  await second.close()
  await new Workbench(third).go('Catalog')
  await inMain(before.page, ({ BrowserWindow }) => {
    const last = BrowserWindow.getAllWindows().find(each => each.webContents.getURL().endsWith('=3'))
    last?.setBounds({ x: 20_000, y: 9_000, width: 5_000, height: 700 })
  })
  const file = join(home.folder, 'config/windows.json')
  await expect.poll(() => readFile(file, 'utf8')).toContain('"x":20000')
  await before.close()

  const { page, close } = await startElectron(home)
  const again = await windowAt(page, 'app://q8s/?window=3')
  await expect(again.getByRole('heading', { name: 'Catalog', level: 1 })).toBeVisible()
  const places = await placesOf(page)
  expect(Object.keys(places).sort()).toEqual([FIRST, 'app://q8s/?window=3'])
  const area = await inMain(page, ({ screen }) => screen.getPrimaryDisplay().workArea)
  const { x = -1, y = -1, width = 0, height = 0 } = places['app://q8s/?window=3'] ?? {}
  expect(Math.min(x - area.x, y - area.y)).toBeGreaterThanOrEqual(0)
  expect(x + width).toBeLessThanOrEqual(area.x + area.width)
  expect(y + height).toBeLessThanOrEqual(area.y + area.height)
  await close()
})
