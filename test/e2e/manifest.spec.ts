/** The manifest as form and text: they stay in sync and share one history, and all other bytes of the file stay. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from './fixtures.ts'
import { openProject } from './pages/manifest.ts'

const CLI = join(import.meta.dirname, '../../out/main/q8s-cli.js')

const TEXT = `# made by hand\r
[App]  # the app\r
Name = 'ai.h2o.q.plain-web'\r
Version="1.0.0"\r
Title = "Plain Web"   # shown\r
\r
[Runtime]\r
Module = "web"\r
\r
# first\r
[[Env]]\r
Name = "ONE"\r
Secret = "s"\r
SecretKey = "k"\r
\r
[[Env]]\r
Name = "TWO"\r
Secret = "s"\r
SecretKey = "k"\r
`

test('the form changes only the edited field, and text and form share one history', async ({
  home,
  window
}) => {
  const { manifest, form, workbench, save } = await openProject(home, window, TEXT)
  await form.getByLabel('Title').fill('Plain Web 2')
  await expect(workbench.editor).toContainText('Title = "Plain Web 2"   # shown')
  await form.getByRole('button', { name: /^Next minor version/ }).click()
  await form.getByLabel('Description').fill('one\ntwo')
  await save()
  const edited = TEXT.replace('Plain Web"', 'Plain Web 2"')
    .replace('1.0.0', '1.1.0')
    .replace('# shown\r\n', '# shown\r\nDescription = """\r\none\r\ntwo"""\r\n')
  expect(await readFile(manifest, 'utf8')).toBe(edited)

  await workbench.editor.press('Control+End')
  await window.keyboard.type('# end')
  await form.getByLabel('Title').press('Control+z')
  await expect(workbench.editor).not.toContainText('# end')
  await expect(form.getByLabel('Description')).toHaveValue('one\ntwo')
  for (let steps = 0; steps < 3; steps += 1) await window.getByRole('button', { name: 'Undo' }).click()
  await expect(form.getByLabel('Title')).toHaveValue('Plain Web')
  await expect(form.getByLabel('Version', { exact: true })).toHaveValue('1.0.0')
  await save()
  expect(await readFile(manifest, 'utf8')).toBe(TEXT)
})

test('Undo brings back what Revert removed', async ({ home, window }) => {
  const { manifest, form, workbench } = await openProject(home, window, TEXT)
  await form.getByLabel('Title').fill('Plain Web 2')
  await window.getByRole('button', { name: 'Revert' }).click()
  await expect(workbench.editor).not.toContainText('Plain Web 2')
  await expect(window.getByText('Not saved')).toBeHidden()
  await window.getByRole('button', { name: 'Undo' }).click()
  await expect(form.getByLabel('Title')).toHaveValue('Plain Web 2')
  await expect(window.getByText('Not saved')).toBeVisible()
  expect(await readFile(manifest, 'utf8')).toBe(TEXT)
})

test('typing in the text updates the form, which pauses while the text is invalid', async ({
  home,
  window
}) => {
  const { form, workbench } = await openProject(home, window, TEXT)
  await workbench.editor.press('Control+End')
  await window.keyboard.type('[[Env]]\nName = "THREE')
  await expect(window.getByText('The form waits for the text to be TOML again.')).toBeVisible()
  await expect(form.getByLabel('Title')).toBeDisabled()
  await window.keyboard.type('"')
  await expect(form.getByLabel('Name of THREE')).toHaveValue('THREE')
  await expect(form.getByLabel('Title')).toBeEnabled()
})

test('fast typing in the form of a very long manifest is kept', async ({ home, window }) => {
  const long = `${TEXT}${'# a line of a very long manifest\r\n'.repeat(2_000)}`
  const { form, workbench } = await openProject(home, window, long)
  await form.getByLabel('Title').press('End')
  await window.keyboard.type(' in one go')
  await expect(form.getByLabel('Title')).toHaveValue('Plain Web in one go')
  await expect(workbench.editor).toContainText('Title = "Plain Web in one go"')
})

test('rows of the environment move by keyboard and by mouse, and take their comments along', async ({
  home,
  window
}) => {
  const { manifest, form, save } = await openProject(home, window, TEXT)
  const rows = form.getByRole('list', { name: 'Environment variables' }).getByRole('listitem')
  await form.getByLabel('Name of ONE').press('Alt+ArrowDown')
  await expect(form.getByLabel('Name of ONE')).toBeFocused()
  await expect(rows.first()).toHaveAccessibleName('TWO')
  await save()
  const moved = await readFile(manifest, 'utf8')
  expect(moved.indexOf('"TWO"')).toBeLessThan(moved.indexOf('# first\r\n[[Env]]\r\nName = "ONE"'))

  const grip = await form.getByRole('button', { name: /^Move ONE: drag/ }).boundingBox()
  const first = await rows.first().boundingBox()
  if (!grip || !first) throw new Error('the rows are not drawn')
  await window.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2)
  await window.mouse.down()
  await window.mouse.move(first.x + 20, first.y + 4, { steps: 4 })
  await window.mouse.up()
  await expect(rows.first()).toHaveAccessibleName('ONE')
  await save()
  expect(await readFile(manifest, 'utf8')).toBe(TEXT)
})

test('findings appear at their field, and are fixed by key or click', async ({ home, window }) => {
  const { form, workbench } = await openProject(home, window, TEXT)
  await form.getByLabel('Name of TWO').fill('Q8S_TWO')
  await expect(form.getByText('"Q8S_TWO" is refused.')).toBeVisible()
  await form.getByLabel('Name of Q8S_TWO').press('Control+.')
  await expect(form.getByLabel('Name of TWO')).toHaveValue('TWO')

  await form.getByLabel('MemoryLimit').fill('400m')
  await expect(form.getByText('400m = 0.4 bytes')).toBeVisible()
  await form.getByRole('button', { name: 'Use "400Mi"' }).click()
  await expect(form.getByText('400Mi = 419,430,400 bytes')).toBeVisible()

  await form.getByLabel('Version', { exact: true }).fill('1.0')
  await window.getByText('Form', { exact: true }).click()
  await expect(workbench.primary).toHaveText('Fix 1 problem')
  await workbench.primary.click()
  await expect(form.getByLabel('Version', { exact: true })).toBeFocused()
})

test('secrets and their keys are suggested, and missing ones are reported', async ({ home, window }) => {
  await promisify(execFile)(process.execPath, [CLI, 'secret', 'set', 'database', 'PASSWORD=x'], {
    env: { ...process.env, Q8S_HOME: home.folder }
  })
  const { form, workbench } = await openProject(home, window, TEXT)
  await expect(form.getByText('This platform has no secret "s" yet.').first()).toBeVisible()
  await form.getByLabel('Secret of ONE').fill('data')
  await window.getByRole('option', { name: 'database' }).click()
  await expect(form.getByText('The secret "database" has no key "k" yet.')).toBeVisible()
  await form.getByLabel('Key of ONE').fill('')
  await window.getByRole('option', { name: 'PASSWORD' }).click()
  await expect(workbench.editor).toContainText('SecretKey = "PASSWORD"')
})

test('the history survives a visit to the files, and the keys of an app.toml stay', async ({
  home,
  window
}) => {
  const { form, workbench, manifest, save } = await openProject(home, window, `${TEXT}[Mine]\r\nKey = 1\r\n`)
  await form.getByLabel('Title').fill('Changed')
  await window.getByText('Files', { exact: true }).click()
  await window.getByText('Manifest', { exact: true }).click()
  await expect(form.getByLabel('Title')).toHaveValue('Changed')
  await expect(form.getByRole('region', { name: 'Other keys' })).toContainText('Mine')
  await save()
  expect(await readFile(manifest, 'utf8')).toContain('[Mine]\r\nKey = 1\r\n')
  await window.getByRole('button', { name: 'Undo' }).click()
  await expect(workbench.editor).toContainText('Title = "Plain Web"')
  await expect(window.getByText('Not saved')).toBeVisible()
})

test('a change on disk that does not overlap unsaved text is merged', async ({ home, window }) => {
  const { manifest, form, save } = await openProject(home, window, TEXT)
  await form.getByLabel('Title').fill('Mine')
  await writeFile(manifest, TEXT.replace('"TWO"', '"OTHER"'))
  await expect(form.getByLabel('Name of OTHER')).toHaveValue('OTHER')
  await expect(form.getByLabel('Title')).toHaveValue('Mine')
  await save()
  expect(await readFile(manifest, 'utf8')).toBe(TEXT.replace('"TWO"', '"OTHER"').replace('Plain Web', 'Mine'))
})

test('a place that both changed shows both, and either can be chosen', async ({ home, window }) => {
  const { manifest, form, save } = await openProject(home, window, TEXT)
  await form.getByLabel('Title').fill('Mine')
  await form.getByLabel('Module').fill('mine')
  const theirs = TEXT.replace('Plain Web', 'Theirs').replace('"web"', '"theirs"')
  await writeFile(manifest, theirs)
  const card = window.getByRole('alert').filter({ hasText: 'changed on disk' })
  await expect(card).toContainText('Title = "Mine"   # shown')
  await expect(card).toContainText('Title = "Theirs"   # shown')
  await card.getByRole('button', { name: 'Use theirs' }).first().click()
  await card.getByRole('button', { name: 'Use mine' }).last().click()
  await expect(card).toBeHidden()
  await save()
  expect(await readFile(manifest, 'utf8')).toBe(theirs.replace('"theirs"', '"mine"'))
})
