/**
 * Secrets in the window: a replacement that cannot be undone needs a confirmation, a removal shows its command, and
 * local overrides are listed with them.
 */
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drop, expect, type Home, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

interface Listed {
  readonly name: string
  readonly keys: readonly string[]
  readonly updatedAt: string
}

const listed = (home: Home) => home.cli('secret', 'list') as Promise<readonly Listed[]>

test('a value is replaced only after a warning about what is lost', async ({ home, window }) => {
  await home.cli('secret', 'set', 'mail', 'password=first')
  const [before] = await listed(home)
  const workbench = new Workbench(window)
  const dialog = window.getByRole('dialog')
  const field = (name: string) => workbench.details.getByRole('textbox', { name, exact: true })
  await workbench.go('Secrets')

  await test.step('also when an existing name is typed as a new one', async () => {
    await window.getByRole('button', { name: 'New secret' }).click()
    await field('Name').fill('mail')
    await field('Key').fill('password')
    await workbench.details.getByRole('button', { name: 'Replace value…' }).click()
    await expect(dialog).toContainText('Replace the value of password in mail?')
    await expect(dialog).toContainText('cannot be brought back')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await expect(field('Key')).toHaveValue('password')
    expect(await listed(home)).toEqual([before])
  })

  await workbench.details.getByRole('button', { name: 'Replace value…' }).click()
  await dialog.getByRole('button', { name: 'Replace value' }).click()
  await expect(field('Key')).toHaveValue('')
  const [after] = await listed(home)
  expect(after?.keys).toEqual(['password'])
  expect(after?.updatedAt).not.toBe(before?.updatedAt)

  await home.cli('secret', 'set', 'later', 'key=value')
  await expect(workbench.row(/later/), 'what a command sets shows where the list is open').toBeVisible()

  await workbench.details.getByText('On the command line').click()
  const copy = (command: string) => workbench.details.getByRole('button', { name: `Copy command ${command}` })
  await expect(copy('q8s-cli secret remove mail password')).toBeVisible()
  await window.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('denied'))
  })
  await copy('q8s-cli secret remove mail password').click()
  await expect(window.getByRole('alert').filter({ hasText: 'It was not copied' })).toBeVisible()
})

test('a secret shows the keys that the project uses, and which have their own value in local runs', async ({
  home,
  window
}) => {
  await home.cli('secret', 'set', 'mail', 'password=first', 'user=ada')
  const folder = await home.sample('plain-web')
  const entry = (name: string, key: string) =>
    `\n[[Env]]\nName = "${name}"\nSecret = "mail"\nSecretKey = "${key}"\n`
  await appendFile(
    join(folder, 'q-app.toml'),
    entry('MAIL_PASSWORD', 'password') + entry('MAIL_USER', 'user')
  )
  const workbench = new Workbench(window)
  const { details } = workbench
  await drop(window, folder)
  await expect(workbench.primary).toHaveText('Run locally')
  await details.getByText('Engine, port and environment').click()
  await details.getByRole('button', { name: 'MAIL_PASSWORD' }).click()
  await details.getByRole('textbox', { name: 'Value of variable 1' }).fill('my own')

  await workbench.go('Secrets')
  await workbench.row(/mail/).click()
  await expect(details.getByRole('definition')).toHaveText(['A value of its own in local runs', 'Key user'])
  await expect(details).not.toContainText('my own')
})
