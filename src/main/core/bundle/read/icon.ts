/** The icon inside a bundle, as bytes checked to be a picture. */
import { readImage } from '../../manifest/image.ts'
import { openBundle } from './open.ts'

/** Larger pictures are not read. */
export const MAX_ICON_BYTES = 512 * 1024

/** Undefined if there is no such file, or it is too large, or neither PNG nor JPEG. */
export async function bundleIcon(
  file: string,
  path: string,
  signal?: AbortSignal
): Promise<Blob | undefined> {
  const bundle = await openBundle(file, { signal })
  try {
    const bytes = await bundle.read(path, MAX_ICON_BYTES).catch(() => undefined)
    const image = bytes && readImage(bytes)
    return bytes && image ? new Blob([new Uint8Array(bytes)], { type: `image/${image.kind}` }) : undefined
  } finally {
    await bundle.close()
  }
}
