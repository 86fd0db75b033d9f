/** The app's own log: what it ran on, what it lost, and that it ended in order. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { applicationOf, expect, inMain, test } from './fixtures.ts'

test('start, a page that crashed, a bug nobody caught, and the end are in the log', async ({
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

  const crashed = new Promise(resolve => window.once('crash', resolve))
  await inMain(window, ({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer()
  )
  await crashed
  await expect.poll(lines).toContainEqual(expect.stringMatching(/^The page of a window is gone: \w+/))

  const closed = applicationOf(window).waitForEvent('close')
  await inMain(window, ({ app }) => app.quit())
  await closed
  expect((await lines()).at(-1)).toBe('It ended in order.')
})
