/** Pictures in static/: those the catalog would show, and none from elsewhere. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readPictures } from '#core/project/pictures.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAIAAAA2iEnWAAAAFElEQVR4nGP4z8DAwMDAxAADCBYAG10BBRsyZ9cAAAAASUVORK5CYII=',
  'base64'
)
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-pictures-'))
  await mkdir(join(folder, 'static'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('the icon comes first, then the screenshots, with their sizes', async () => {
  for (const name of [
    'screenshot2.png',
    'screenshot1.png',
    'icon.png',
    'icon2.png',
    'other.png',
    'icon.svg'
  ]) {
    await writeFile(join(folder, 'static', name), PNG)
  }
  const pictures = await readPictures(folder)
  expect(pictures.map(({ file, role, width, height }) => [file, role, width, height])).toEqual([
    ['static/icon.png', 'icon', 2, 3],
    ['static/screenshot1.png', 'screenshot', 2, 3],
    ['static/screenshot2.png', 'screenshot', 2, 3]
  ])
  expect(Buffer.from((await pictures[0]?.data?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(PNG)
})

test('a file that is not a picture, or is too large, comes without bytes', async () => {
  await writeFile(join(folder, 'static', 'icon.png'), 'no picture')
  await writeFile(
    join(folder, 'static', 'screenshot.png'),
    Buffer.concat([PNG, Buffer.alloc(3 * 1024 * 1024)])
  )
  expect((await readPictures(folder)).map(({ data }) => data)).toEqual([undefined, undefined])
})

test('links are not followed', async context => {
  const other = join(folder, 'other')
  await mkdir(other)
  await writeFile(join(other, 'icon.png'), PNG)
  try {
    await symlink(join(other, 'icon.png'), join(folder, 'static', 'icon.png'))
  } catch {
    context.skip('this user may not make links')
  }
  expect((await readPictures(folder))[0]?.data).toBeUndefined()
  await rm(join(folder, 'static'), { recursive: true })
  await symlink(other, join(folder, 'static'))
  expect(await readPictures(folder)).toEqual([])
  await rm(join(folder, 'static'))
  await cp(other, join(folder, 'static'), { recursive: true })
  expect((await readPictures(folder))[0]?.data).toBeDefined()
})

test('without static there are none', async () => {
  await rm(join(folder, 'static'), { recursive: true })
  expect(await readPictures(folder)).toEqual([])
})
