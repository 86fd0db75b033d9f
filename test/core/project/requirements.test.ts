/** A project's requirements.txt: its missing packages, and adding lines to it. */
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addRequirements, readRequirementsOf } from '#core/project/requirements.ts'
import { locks } from '../locks.ts'
import { makeProject } from '../project-folder.ts'

let home: string
let folder: string
const text = () => readFile(join(folder, 'requirements.txt'), 'utf8')

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'q8s-requirements-'))
  folder = await makeProject(join(home, 'app'), { 'ready.py': 'import h2o_wave\nimport cv2, mine\n' })
})
afterEach(() => rm(home, { recursive: true, force: true }))

test('missing packages are listed with their place, and written to a new file if there is none', async () => {
  const { missing, count, pinned } = await readRequirementsOf(folder)
  expect(missing).toEqual([
    { module: 'h2o_wave', requirement: 'h2o-wave', file: 'ready.py', line: 1 },
    { module: 'cv2', requirement: 'opencv-python', file: 'ready.py', line: 2 },
    { module: 'mine', file: 'ready.py', line: 2 }
  ])
  expect([count, pinned]).toEqual([0, 0])
  expect(await addRequirements(locks, folder, ['h2o-wave', 'opencv-python'])).toEqual([
    'h2o-wave',
    'opencv-python'
  ])
  expect(await text()).toBe('h2o-wave\nopencv-python\n')
  expect((await readRequirementsOf(folder)).missing).toEqual([])
})

test("lines are added at the end with the file's line endings, and only once", async () => {
  await writeFile(join(folder, 'requirements.txt'), '# own\r\nH2O_Wave==1.8.16')
  expect(await addRequirements(locks, folder, ['h2o-wave<1', 'pandas', 'pandas'])).toEqual(['pandas'])
  expect(await text()).toBe('# own\r\nH2O_Wave==1.8.16\r\npandas\r\n')
  expect(await readRequirementsOf(folder)).toMatchObject({ count: 2, pinned: 1 })
})

test('a last line with a continuation does not absorb the added lines', async () => {
  await writeFile(join(folder, 'requirements.txt'), 'six \\')
  await addRequirements(locks, folder, ['pandas'])
  expect(await text()).toBe('six \\\n\npandas\n')
})

test('a file locked by hashes is left unchanged', async () => {
  const locked = 'six==1.16.0 \\\n    --hash=sha256:8abb\n'
  await writeFile(join(folder, 'requirements.txt'), locked)
  await expect(addRequirements(locks, folder, ['pandas'])).rejects.toMatchObject({ code: 'INVALID' })
  expect(await text()).toBe(locked)
})

test('packages that another requirement may install are listed as not certain', async () => {
  await writeFile(
    join(folder, 'ready.py'),
    'import pandas, requests, six\nif __name__ == "__main__":\n    import shap\n'
  )
  await writeFile(join(folder, 'requirements.txt'), 'fastapi\nuvicorn\n')
  const { missing, unsure } = await readRequirementsOf(folder)
  expect(missing.map(({ module }) => module)).toEqual(['shap'])
  expect(unsure.map(({ module }) => module)).toEqual(['pandas', 'requests', 'six'])
})

test('a file that is not UTF-8 is left unchanged', async () => {
  const bytes = Buffer.from('\ufeffpandas\n', 'utf16le')
  await writeFile(join(folder, 'requirements.txt'), bytes)
  await expect(addRequirements(locks, folder, ['shap'])).rejects.toMatchObject({ code: 'INVALID' })
  expect(await readFile(join(folder, 'requirements.txt'))).toEqual(bytes)
})

test.skipIf(process.platform === 'win32')('nothing is written through a link', async () => {
  const other = join(home, 'other.txt')
  await writeFile(other, 'pandas\n')
  await symlink(other, join(folder, 'requirements.txt'))
  await expect(addRequirements(locks, folder, ['shap'])).rejects.toMatchObject({ code: 'INVALID' })
  expect(await readFile(other, 'utf8')).toBe('pandas\n')
})
