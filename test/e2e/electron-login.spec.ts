/**
 * Start at login: runs the autostart entry as a desktop would; the app stays in the background if the user wants that.
 */
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { _electron } from '@playwright/test'
import { electronProgram } from '../../scripts/electron-program.mjs'
import { entryFile, execWords } from '../desktop-entry.ts'
import {
  drawn,
  electronEnv,
  electronFlags,
  expect,
  type Home,
  inMain,
  startAgain,
  startElectron,
  test
} from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const entry = (home: Home) => entryFile(join(home.folder, 'xdg'))
const isThere = (home: Home) =>
  access(entry(home)).then(
    () => true,
    () => false
  )

/** Starts the program that the entry names and records its events from before the app's first line. */
async function logIn(home: Home) {
  const [program, ...words] = execWords(await readFile(entry(home), 'utf8'))
  expect(program).toBe(electronProgram())
  const app = await _electron.launch({
    args: [...electronFlags, '-r', join(import.meta.dirname, '../fixtures/start-watch.cjs'), ...words],
    env: electronEnv(home)
  })
  const seen = () => inMain(app, () => (globalThis as { seenAtStart?: string[] }).seenAtStart)
  return { app, seen }
}

test('a start at login stays in the tray, or is minimised when there is no tray', async ({ home }) => {
  test.skip(process.platform !== 'linux', 'elsewhere a checkout is not started at login')
  const { page, close } = await startElectron(home)
  await new Workbench(page).go('Settings')
  expect(await isThere(home)).toBe(false)
  for (const name of ['Start at login', 'Tray', 'Start minimised']) {
    await page.getByRole('switch', { name }).press('Space')
    await expect(page.getByRole('switch', { name })).toBeChecked()
  }
  await close()

  const inTray = await logIn(home)
  await expect.poll(inTray.seen).toEqual(['tray'])
  await startAgain(home, '--at-login')
  await expect.poll(inTray.seen).toEqual(['tray', 'asked'])
  const opening = inTray.app.waitForEvent('window')
  await startAgain(home)
  const window = await opening
  await drawn(window)
  expect((await inTray.seen())?.slice(0, 4)).toEqual(['tray', 'asked', 'asked', 'window'])
  await window.getByRole('switch', { name: 'Tray' }).press('Space')
  await expect(window.getByRole('switch', { name: 'Tray' })).not.toBeChecked()
  await inTray.app.close()

  const minimised = await logIn(home)
  const again = await minimised.app.firstWindow()
  await expect.poll(minimised.seen).toEqual(['window', 'minimize'])
  await again.getByRole('switch', { name: 'Start at login' }).press('Space')
  await expect.poll(() => isThere(home)).toBe(false)
  await minimised.app.close()
})
