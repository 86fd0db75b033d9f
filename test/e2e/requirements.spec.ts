/**
 * Packages that an app imports but does not install: marked, located, and added to requirements.txt, as q8s-cli does.
 */
import { appendFile, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { drop, expect, test } from './fixtures.ts'
import { Workbench } from './pages/workbench.ts'

test('a missing package is added from its finding at the import, even with unsaved text', async ({
  home,
  window
}) => {
  const folder = await home.sample('plain-web')
  await appendFile(join(folder, 'web.py'), '\n\ndef chart():\n    import xgboost, cv2\n')
  const before = await readFile(join(folder, 'requirements.txt'), 'utf8')
  const workbench = new Workbench(window)
  await drop(window, folder)
  await expect(workbench.editor).toContainText('ai.h2o.q.plain-web')
  const path = (await workbench.details.getByTitle(/[\\/]plain-web$/).getAttribute('title')) as string
  await window.getByRole('tab', { name: 'Problems 2' }).click()
  const findings = window.getByRole('region', { name: 'Findings' })
  await findings.getByText('xgboost is imported here').click()
  const dialog = window.getByRole('dialog')
  await expect(dialog.getByRole('region', { name: 'Text of web.py' })).toContainText('import xgboost, cv2')
  await dialog.getByRole('button', { name: 'Add xgboost to requirements.txt' }).click()
  await expect(dialog).toBeHidden()
  await expect(findings.getByText(/is imported here/)).toHaveCount(1)
  expect(await readFile(join(path, 'requirements.txt'), 'utf8')).toBe(`${before}xgboost\n`)
  await expect(workbench.details).toContainText('1 package, 1 not pinned')

  await window.getByText('Manifest', { exact: true }).click()
  await workbench.editor.press('Control+End')
  await window.keyboard.type('# typed')
  await findings.getByRole('button', { name: 'Add opencv-python to requirements.txt' }).click()
  await expect(window.getByText('No problems', { exact: true }).first()).toBeVisible()
  await expect(window.getByText('Not saved')).toBeVisible()

  await rm(join(path, 'requirements.txt'))
  expect(await home.cli('requirements', path, '--write')).toMatchObject({
    added: ['xgboost', 'opencv-python']
  })
})
