/** The log of q8s Desktop itself: its environment, its crashes, its orderly end; and a crashed page comes back. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApplication } from '@playwright/test'
import { applicationOf, expect, inMain, test } from './fixtures.ts'

test('the log has the start, an uncaught error, a page that crashed and came back, and the end', async ({
  home,
  window
}) => {
  const lines = async () => {
    const text = await readFile(join(home.folder, 'state/log/1.log'), 'utf8')
    return text.split('\n').flatMap(line => (line ? [JSON.parse(line).text as string] : []))
  }
  expect(await lines()).toEqual([expect.stringMatching(/^q8s \S+ started\. Electron \d\S+, Node \d/)])

  await inMain(window, () => void Promise.reject(new Error('rejected on purpose')))
  await expect.poll(lines).toContainEqual(expect.stringMatching(/^Error: rejected on purpose\n +at /))

  const application = applicationOf(window)
  const heading = () =>
    inMain(application, async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      return contents?.executeJavaScript('document.querySelector("h1")?.textContent')
    })
  await crash(application)
  await expect.poll(lines).toContainEqual(expect.stringMatching(/^The page of a window is gone: \w+/))
  await expect.poll(heading).toBe('From a folder to a running app')
  await answerBoxes(application)
  await crash(application)
  const again = 'This window has stopped working again.'
  await expect.poll(() => askedBoxes(application)).toEqual([again])
  await expect.poll(heading).toBe('From a folder to a running app')
  await application
    .evaluate(({ BrowserWindow }) => void BrowserWindow.getAllWindows()[0]?.emit('unresponsive'))
    .catch(() => undefined)
  await expect.poll(() => askedBoxes(application)).toEqual([again, 'This window does not answer.', again])
  await expect.poll(heading).toBe('From a folder to a running app')

  const closed = applicationOf(window).waitForEvent('close')
  await inMain(window, ({ app }) => app.quit())
  await closed
  expect((await lines()).at(-1)).toBe('It ended in order.')
})

/** The page may go before it answers. */
async function crash(application: ElectronApplication): Promise<void> {
  await application
    .evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer())
    .catch(() => undefined)
}

/** Answers every Electron dialog with its first button. */
async function answerBoxes(application: ElectronApplication): Promise<void> {
  await inMain(application, ({ dialog }) => {
    const told = globalThis as { asked?: string[] }
    told.asked = []
    dialog.showMessageBox = async (...given: unknown[]) => {
      told.asked?.push((given.at(-1) as { message: string }).message)
      return { response: 0, checkboxChecked: false }
    }
  })
}

const askedBoxes = (application: ElectronApplication) =>
  inMain(application, () => (globalThis as { asked?: string[] }).asked)
