/** Run here: again after each change, with variables from secrets, and with failures explained. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { drop, expect, type Home, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const READY = 120_000

/** A web app that prints its variable GREETING and then serves. */
const GREETER = `import http.server, os
print("greeting is", os.environ.get("GREETING"), flush=True)
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), http.server.SimpleHTTPRequestHandler).serve_forever()
`

/** Opens a copy of the plain sample with this code; in a browser the window has its own copy. */
async function open(window: Page, home: Home, code: string) {
  const workbench = new Workbench(window)
  await home.cli('config', 'setup', '--engine', 'process')
  const folder = await home.plainApp(code)
  await drop(window, folder)
  await expect(workbench.primary).toHaveText('Run locally')
  const path = (await workbench.details.getByTitle(/[\\/]plain-web$/).getAttribute('title')) as string
  return { workbench, code: join(path, 'web.py'), manifest: join(path, 'q-app.toml') }
}

test('each change of a file runs it again, in the same log, also after a failed run', async ({
  home,
  window
}) => {
  const { workbench, code } = await open(window, home, GREETER)
  await workbench.details.getByRole('checkbox', { name: 'Run again after each change' }).check()
  await workbench.primary.click()
  await expect(workbench.primary).toHaveText('Open app', { timeout: READY })
  const [before] = (await home.cli('instance', 'list')) as { id: string }[]

  await writeFile(code, 'raise SystemExit("broken on purpose")\n')
  const failure = workbench.details.getByRole('alert')
  await expect(failure).toContainText('broken on purpose', { timeout: READY })
  await expect(failure.locator('pre')).toContainText('broken on purpose')
  await writeFile(code, GREETER.replace('greeting is', 'mended:'))
  await expect(workbench.primary).toHaveText('Open app', { timeout: READY })
  await expect(failure).toBeHidden()
  await expect(workbench.log('Plain Web')).toContainText('mended: None')
  const after = (await home.cli('instance', 'list')) as { id: string }[]
  expect(after.map(({ id }) => id)).toEqual([before?.id])
  const log = JSON.stringify(await home.cli('instance', 'logs', before?.id as string))
  expect(log).toMatch(/greeting is None.*broken on purpose.*mended: None/)

  await workbench.details.getByRole('checkbox', { name: 'Run again after each change' }).uncheck()
  await workbench.details.getByRole('button', { name: 'Stop' }).click()
  await expect(workbench.primary).toHaveText('Run locally', { timeout: 60_000 })
})

test('a variable gets its value from a secret, and the value is never shown', async ({ home, window }) => {
  await home.cli('secret', 'set', 'mail', 'GREETING=good morning')
  const { workbench } = await open(window, home, GREETER)
  const { details } = workbench
  await details.getByText('Engine, port and environment').click()
  await details.getByRole('button', { name: 'Add variable' }).click()
  await details.getByRole('textbox', { name: 'Name of variable 1' }).fill('GREETING')
  await details.getByRole('button', { name: 'Take it from a secret: variable GREETING' }).click()
  await expect(details.getByRole('combobox', { name: 'Secret of variable 1' })).toHaveValue('mail: GREETING')
  expect(await window.content()).not.toContain('good morning')
  await details.getByRole('button', { name: 'Run locally' }).click()
  await expect(workbench.primary).toHaveText('Open app', { timeout: READY })
  await expect(workbench.log('Plain Web')).toContainText('greeting is good morning')
  await expect(details.getByRole('meter', { name: 'Memory' })).toBeVisible()

  await test.step('the panel shows what the launcher reported about the run', async () => {
    await workbench.go('Local')
    await workbench.row(/Plain Web/).click({ position: { x: 120, y: 20 } })
    const fact = (name: string) =>
      details.getByRole('term').filter({ hasText: name }).locator('+ dd').getByText(/\S/)
    await expect(fact('Module')).toHaveText('web')
    await expect(fact('Python')).toHaveText(/^3\.\d+\.\d+/)
    await expect(fact('App root')).toHaveText(/[\\/]app$/)
    await expect(fact('Environment')).toHaveText(/[\\/]envs[\\/]/)
  })
})

test('an app that needs more memory than its limit is explained, and one click raises the limit', async ({
  home,
  window
}) => {
  const hungry = `import time\nprint("eating", flush=True)\nfood = bytearray(160 * 1024 * 1024)\n${GREETER}`
  const { workbench, manifest } = await open(window, home, hungry)
  const text = await readFile(manifest, 'utf8')
  await workbench.details.getByRole('button', { name: 'Run locally' }).click()
  const failure = workbench.details.getByRole('alert')
  await expect(failure).toContainText('Out of memory at 100 MiB', { timeout: READY })
  await expect(failure.locator('pre')).toContainText('eating')
  await failure.getByRole('button', { name: 'Raise MemoryLimit to 200Mi and run again' }).click()
  await expect(workbench.primary).toHaveText('Open app', { timeout: READY })
  expect(await readFile(manifest, 'utf8')).toBe(text.replace('100Mi', '200Mi'))
})
