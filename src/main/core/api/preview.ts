/** The preview nouns of the contract: choose the files of a bundle, read text, compare with a published version. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isBundlePath } from '#shared/bundle.ts'
import type { FileLocks } from '../ports.ts'
import { findManifest } from '../project/manifest-file.ts'
import { bundlePath } from '../project/service.ts'
import { os } from './context.ts'

const { preview } = os

export const previewRouter = (locks: FileLocks) =>
  preview.router({
    choose: preview.choose.handler(async ({ input: { path, files, included }, signal }) => {
      const { folder } = await findManifest(path)
      const { chooseFiles } = await import('../bundle/files/choose.ts')
      return { lines: await chooseFiles(locks, folder, { files, included }, signal) }
    }),
    text: preview.text.handler(async ({ input: { path, file }, signal }) => {
      const { bundleText, projectText } = await import('../bundle/read/text.ts')
      const place = await placeOf(path)
      return place.bundle === undefined
        ? projectText(place.folder, file, signal)
        : bundleText(place.bundle, file, signal)
    }),
    compare: preview.compare.handler(async ({ input: { path, appId }, context, signal }) => {
      const { bundleEntries, compareEntries, projectEntries } = await import('../bundle/write/compare.ts')
      const place = await placeOf(path)
      const platform = await context.platform()
      const options = signal ? { signal } : {}
      const [{ id, name, version }, published] = await Promise.all([
        platform.apps.get({ id: appId }, options),
        platform.apps.contents({ id: appId }, options)
      ])
      const entries =
        place.bundle === undefined
          ? await projectEntries(place.folder, signal)
          : await bundleEntries(place.bundle, signal)
      return { app: { id, name, version }, ...(await compareEntries(entries, published.entries)) }
    })
  })

/** Decides whether the path is a project's folder or a bundle (by its file name). */
async function placeOf(path: string): Promise<{ folder: string; bundle?: never } | { bundle: string }> {
  const info = await stat(resolve(path)).catch(() => undefined)
  if (info?.isFile() && isBundlePath(path)) return { bundle: await bundlePath(path) }
  return { folder: (await findManifest(path)).folder }
}
