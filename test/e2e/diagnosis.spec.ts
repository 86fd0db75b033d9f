/** Diagnosis: the dots of the status bar lead to their checks, and buttons there fix the problem. */
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

const before = process.env.DOCKER_HOST
test.beforeAll(() => {
  process.env.DOCKER_HOST = 'unix:///nowhere/docker.sock'
})
test.afterAll(() => {
  if (before === undefined) delete process.env.DOCKER_HOST
  else process.env.DOCKER_HOST = before
})

test('a dot leads to its check, where a missing engine can be replaced by another one', async ({
  home,
  window
}) => {
  const workbench = new Workbench(window)
  await window.getByRole('contentinfo').getByRole('button', { name: 'Keychain' }).click()
  await expect(window.getByRole('heading', { name: 'Diagnosis', level: 1 })).toBeVisible()
  const keychain = window.getByRole('listitem', { name: 'Keychain' })
  await expect(keychain).toBeFocused()
  await keychain.getByRole('button', { name: 'Check Keychain again' }).click()
  await expect(keychain.getByText(/^(Works|Notice)$/)).toBeVisible()

  await expect(window.getByText(/^What goes wrong inside q8s itself/)).toContainText(
    join(home.folder, 'state', 'log')
  )

  await home.cli('config', 'setup', '--user', 'ada', '--engine', 'docker')
  await window.getByRole('button', { name: 'Check everything again' }).click()
  const docker = window.getByRole('listitem', { name: 'Docker', exact: true })
  await expect(docker.getByText('Does not work')).toBeVisible()
  await expect(docker.getByText(/no engine at/)).toBeVisible()
  await expect(window.getByRole('contentinfo').getByRole('button', { name: 'No engine' })).toBeVisible()

  await docker.getByRole('button', { name: 'Choose Docker…' }).click()
  const dialog = window.getByRole('dialog', { name: 'Which Docker' })
  await expect(dialog.getByRole('radio', { name: 'Automatic' })).toBeChecked()
  await dialog.getByRole('radio', { name: 'Another address' }).check()
  await dialog.getByRole('textbox', { name: 'Address' }).fill('ssh://ada@build.example')
  await expect(dialog.getByText(/a Docker on another one cannot see them/)).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Use this one' })).toBeDisabled()
  await dialog.getByRole('textbox', { name: 'Address' }).fill('unix:///elsewhere/docker.sock')
  await dialog.getByRole('button', { name: 'Use this one' }).click()
  await expect(docker.getByText(/no engine at unix:\/\/\/elsewhere/)).toBeVisible()
  expect(await home.cli('config', 'show')).toMatchObject({
    settings: { docker: 'unix:///elsewhere/docker.sock' }
  })

  await docker.getByRole('button', { name: 'Run apps as processes' }).click()
  await expect(docker.getByText('Notice', { exact: true })).toBeVisible()
  await expect(window.getByRole('contentinfo').getByRole('button', { name: 'Process' })).toBeVisible()
  expect(await home.cli('config', 'show')).toMatchObject({ settings: { engine: 'process' } })
  await workbench.go('Settings')
  await expect(window.getByRole('radio', { name: 'Process' })).toBeChecked()
})

test('a missing image can be loaded from a file', async ({ home, window }, info) => {
  const socket = join(home.folder, 'docker.sock')
  const empty = createServer((request, response) => {
    if (request.url?.startsWith('/version')) response.end('{"Version":"99.1"}')
    else response.writeHead(404).end('{"message":"no such image"}')
  }).listen(socket)
  await once(empty, 'listening')
  await home.cli('config', 'setup', '--docker', `unix://${socket}`)
  await new Workbench(window).go('Diagnosis')
  const image = window.getByRole('listitem', { name: 'Runtime image' })
  await image.getByRole('button', { name: 'Check Runtime image again' }).click()
  await image.getByRole('button', { name: 'Load from file…' }).click()
  const dialog = window.getByRole('dialog', { name: 'Load the runtime image' })
  const file = join(home.folder, 'notes.tar')
  await writeFile(file, 'no image at all')
  // An Electron window accepts chosen files only, not typed paths.
  if (info.project.metadata.shell === 'electron')
    await window.locator('input[type="file"]').setInputFiles(file)
  else await dialog.getByRole('textbox', { name: 'File' }).fill(file)
  await expect(dialog.getByRole('textbox', { name: 'File' })).toHaveValue(file)
  await dialog.getByRole('button', { name: 'Load', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('notes.tar')
  empty.close().closeAllConnections()
})
