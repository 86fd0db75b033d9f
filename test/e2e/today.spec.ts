/** Apps for today's H2O AI Cloud: a folder with an app.toml, and a .wave, from opening to running. */
import { execFile } from 'node:child_process'
import { access, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { drop, expect, type Home, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const READY = 120_000

const MANIFEST = `[App]
Name = "ai.h2o.wave.today"
Version = "1.0.0"
Title = "Today"
LongDescription = "about.md"
InstanceLifecycle = "MANAGED"

[Runtime]
Module = "web"
MemoryLimit = "100Mi"
MemoryReservation = "50Mi"
EnableOIDC = true

[[Env]]
Name = "GREETING"
Value = "hello from app.toml"
`

/** A web app that prints its variable GREETING and then serves. */
const CODE = `import http.server, os
print("greeting is", os.environ.get("GREETING"), flush=True)
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), http.server.SimpleHTTPRequestHandler).serve_forever()
`

async function todaysApp(home: Home): Promise<string> {
  await home.cli('config', 'setup', '--engine', 'process')
  const folder = await home.sample('plain-web', 'today')
  await rm(join(folder, 'q-app.toml'))
  await writeFile(join(folder, 'app.toml'), MANIFEST)
  await writeFile(join(folder, 'web.py'), CODE)
  return folder
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false
  )

test('a folder that has only an app.toml is edited, checked, run and published', async ({ home, window }) => {
  const workbench = new Workbench(window)
  await drop(window, await todaysApp(home))
  await expect(window.getByRole('textbox', { name: 'Text of app.toml' })).toContainText('ai.h2o.wave.today')
  const folder = (await workbench.details.getByTitle(/[\\/]today$/).getAttribute('title')) as string
  const form = window.getByRole('region', { name: 'Form of the manifest' })
  await expect(form.getByLabel('Value of GREETING')).toHaveValue('hello from app.toml')
  const others = form.getByRole('region', { name: 'Other keys' })
  await others.getByRole('textbox', { name: 'App.LongDescription' }).fill('other.md')
  await others.getByRole('checkbox', { name: 'Runtime.EnableOIDC' }).uncheck()
  await form.getByLabel('Title').fill('Today, edited')
  await window.getByRole('tab', { name: /^Problems/ }).click()
  await expect(window.getByText(/app\.toml is the manifest of today's H2O AI Cloud/)).toBeVisible()
  await window.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(window.getByText('Not saved')).toBeHidden()
  const edited = MANIFEST.replace('"Today"', '"Today, edited"')
    .replace('about.md', 'other.md')
    .replace('true', 'false')
  expect(await readFile(join(folder, 'app.toml'), 'utf8')).toBe(edited)

  await workbench.primary.click()
  await expect(workbench.primary).toHaveText('Open app', { timeout: READY })
  await expect(workbench.log('Today, edited')).toContainText('greeting is hello from app.toml')

  await workbench.details.getByRole('button', { name: 'Publish…' }).click()
  const sheet = window.getByRole('dialog', { name: 'Publish Today, edited 1.0.0' })
  await sheet.getByRole('button', { name: 'Publish', exact: true }).click()
  await expect(sheet).toContainText('Published as 1.0.0')
  expect(await home.cli('app', 'list')).toMatchObject([{ name: 'ai.h2o.wave.today', title: 'Today, edited' }])

  // The platform gets the guide's manifest; the project keeps its own.
  const file = join(home.folder, 'today.qz')
  await home.cli('bundle', folder, '--output', file)
  const { entries } = (await home.cli('bundle', 'inspect', file)) as { entries: { path: string }[] }
  expect(entries.map(({ path }) => path)).toEqual(expect.arrayContaining(['app.toml', 'q-app.toml']))
  expect(await isThere(join(folder, 'q-app.toml'))).toBe(false)
})

test('a .wave that has only an app.toml is inspected, published and run', async ({ home, window }) => {
  const folder = await todaysApp(home)
  const file = join(home.folder, 'today.wave')
  await promisify(execFile)(
    'python3',
    ['-m', 'zipfile', '-c', file, 'app.toml', 'web.py', 'requirements.txt'],
    { cwd: folder }
  )
  await drop(window, file)
  await window.getByRole('dialog').getByRole('button', { name: 'Look inside' }).click()
  const dialog = window.getByRole('dialog', { name: 'Today 1.0.0', exact: true })
  await dialog.getByText('Manifest', { exact: true }).click()
  await expect(dialog.getByRole('region', { name: 'Text of app.toml' })).toContainText('ai.h2o.wave.today')
  await dialog.getByRole('button', { name: 'Import…' }).click()
  await window.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click()
  await expect.poll(() => home.cli('app', 'list')).toMatchObject([{ name: 'ai.h2o.wave.today' }])

  const [app] = (await home.cli('app', 'list')) as { id: string }[]
  const run = (await home.cli('app', 'run', app?.id ?? '', '--wait')) as { id: string; state: string }
  const { lines } = (await home.cli('instance', 'logs', run.id)) as { lines: { text: string }[] }
  expect(lines.map(({ text }) => text)).toContain('greeting is hello from app.toml')
})
