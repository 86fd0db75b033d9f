/** Inspects a folder or a `.qz` for the publish sheet: facts, findings, icon, and the possible next versions. */
import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { t } from '#shared/language.ts'
import type { Manifest } from '#shared/manifest.ts'
import type { Publishable } from '#shared/publishing.ts'
import { bumpVersion, isSemver } from '#shared/version.ts'
import { MAX_ICON_BYTES } from '../bundle/read/icon.ts'
import { fileError, makeFolder, readPlain } from '../files/files.ts'
import { readImage } from '../manifest/image.ts'
import { findManifest } from '../project/manifest-file.ts'
import { bundlePath } from '../project/service.ts'
import type { PublishFolders } from './publish.ts'

const ICON = /^static\/icon[^/]*\.(?:png|jpe?g)$/i

/** NOT_FOUND without a manifest, INVALID for a file that is not a bundle. */
export async function look(
  path: string,
  folders: PublishFolders,
  signal?: AbortSignal
): Promise<Publishable> {
  const absolute = resolve(path)
  return (await isFolder(absolute))
    ? lookAtProject(absolute, folders, signal)
    : lookAtBundle(absolute, signal)
}

/** The SHA-256 of a `.qz`, or of the bundle that a folder would become. INVALID if it cannot be bundled. */
export async function digestOf(path: string, folders: PublishFolders, signal?: AbortSignal): Promise<string> {
  const absolute = resolve(path)
  if (!(await isFolder(absolute))) {
    const { openBundle } = await import('../bundle/read/open.ts')
    const bundle = await openBundle(await bundlePath(absolute), { signal })
    try {
      return await bundle.sha256(signal)
    } finally {
      await bundle.close()
    }
  }
  const { writeBundle } = await import('../bundle/write/write.ts')
  const { folder } = await findManifest(absolute)
  const output = join(folders.temporary, `${randomUUID()}.qz`)
  await makeFolder(folders.temporary)
  try {
    return (await writeBundle({ folder, output, signal, cacheFolder: folders.index })).sha256
  } finally {
    await rm(output, { force: true })
  }
}

async function lookAtProject(
  path: string,
  folders: PublishFolders,
  signal: AbortSignal | undefined
): Promise<Publishable> {
  const { folder } = await findManifest(path)
  const { reportFiles } = await import('../bundle/write/report.ts')
  const { entries, manifest, findings, count, size } = await reportFiles(folder, {
    signal,
    cacheFolder: folders.index,
    sizeBudget: await folders.sizeBudget?.()
  })
  const icon = entries.find(entry => entry.included && isIcon(entry.path, entry.size))
  const bytes = icon && (await readIcon(join(folder, ...icon.path.split('/'))))
  return {
    path: folder,
    kind: 'project',
    ...{ findings, count, size },
    ...aboutOf(manifest, bytes),
    ...nextOf(manifest?.App.Version)
  }
}

function readIcon(file: string): Promise<Uint8Array | undefined> {
  return readPlain(file, MAX_ICON_BYTES, { follow: true }).catch(() => undefined)
}

async function lookAtBundle(path: string, signal: AbortSignal | undefined): Promise<Publishable> {
  const file = await bundlePath(path)
  const [{ inspectBundle }, { openBundle }] = await Promise.all([
    import('../bundle/read/index.ts'),
    import('../bundle/read/open.ts')
  ])
  const { manifest, findings, entries, size } = await inspectBundle(file, { signal })
  const icon = entries.find(entry => isIcon(entry.path, entry.size))
  const bundle = icon && (await openBundle(file, { signal }))
  const bytes = await bundle?.read(icon?.path ?? '', MAX_ICON_BYTES).finally(() => bundle.close())
  const count = entries.filter(entry => entry.kind !== 'folder').length
  return { path: file, kind: 'bundle', findings, count, size, ...aboutOf(manifest, bytes) }
}

function aboutOf(manifest: Manifest | undefined, icon: Uint8Array | undefined) {
  const image = icon && readImage(icon)
  return {
    ...(manifest && { manifest }),
    ...(icon && image && { icon: new Blob([new Uint8Array(icon)], { type: `image/${image.kind}` }) })
  }
}

function nextOf(version: string | undefined) {
  if (version === undefined || !isSemver(version)) return {}
  const next = (part: 'patch' | 'minor' | 'major') => bumpVersion(version, part)
  return { next: { patch: next('patch'), minor: next('minor'), major: next('major') } }
}

function isIcon(path: string, size: number): boolean {
  return ICON.test(path) && size <= MAX_ICON_BYTES
}

async function isFolder(path: string): Promise<boolean> {
  const info = await stat(path).catch(error => {
    throw fileError(error, t`${path} could not be opened`)
  })
  return info.isDirectory()
}
