/** The icon and screenshots in static/ that the catalog would show. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Picture } from '#shared/project.ts'
import { readPlain } from '../files/files.ts'
import { readImage } from '../manifest/image.ts'

/** Limits of bytes in one picture, and of screenshots. */
const MAX_BYTES = 2 * 1024 * 1024
const MAX_SCREENSHOTS = 8
const IMAGE = /\.(png|jpe?g)$/i

/**
 * The icon first, then the screenshots by name. Links, too large files and files that are no images come without bytes.
 */
export async function readPictures(folder: string): Promise<Picture[]> {
  const root = join(folder, 'static')
  // Without the folder there are no pictures; a link to another folder is not followed.
  const real = await lstat(root).then(
    info => info.isDirectory(),
    () => false
  )
  const names = real ? (await readdir(root).catch(() => [])).filter(name => IMAGE.test(name)).sort() : []
  const icon = names.filter(name => name.startsWith('icon')).slice(0, 1)
  const shots = names.filter(name => name.startsWith('screenshot')).slice(0, MAX_SCREENSHOTS)
  const pictures: Picture[] = []
  for (const name of icon) pictures.push(await readPicture(root, name, 'icon'))
  for (const name of shots) pictures.push(await readPicture(root, name, 'screenshot'))
  return pictures
}

async function readPicture(root: string, name: string, role: Picture['role']): Promise<Picture> {
  const file = `static/${name}`
  const path = join(root, name)
  const info = await lstat(path).catch(() => undefined)
  const size = info?.size ?? 0
  if (!info?.isFile() || size > MAX_BYTES) return { file, role, size }
  const bytes = await readPlain(path, MAX_BYTES).catch(() => undefined)
  const image = bytes && readImage(bytes)
  if (!bytes || !image || (image.kind !== 'png' && image.kind !== 'jpeg')) return { file, role, size }
  const { kind, width, height } = image
  return {
    file,
    role,
    size,
    data: new Blob([new Uint8Array(bytes)], { type: `image/${kind}` }),
    ...(width && height ? { width, height } : {})
  }
}
