/** A developer's actions on projects: open, check, edit, bundle, publish, run. Long actions are jobs. */
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { isBundlePath } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import type { Manifest } from '#shared/manifest.ts'
import { decodeText } from '#shared/manifest-text/text.ts'
import type { ManifestText, Project } from '#shared/project.ts'
import { parseManifest } from '../manifest/parse.ts'
import type { FileLocks } from '../ports.ts'
import { createInit } from './init.ts'
import { findManifest, readManifest, restoreManifest } from './manifest-file.ts'
import type { RecentEntry, RecentProjects } from './recent.ts'

export interface Projects {
  recent(): Promise<Project[]>
  open(path: string): Promise<Project>
  pin(path: string, pinned: boolean): Promise<void>
  forget(path: string): Promise<void>
  manifest(path: string): Promise<ManifestText>
  check(path: string, text: string, signal?: AbortSignal): Promise<Checked>
  /**
   * Writes the manifest of a known project that lost it, and returns its revision. NOT_FOUND for an unknown project.
   */
  restore(path: string, file: string, text: string, signal?: AbortSignal): Promise<string>
  init: ReturnType<typeof createInit>
}

interface Checked {
  findings: Finding[]
  manifest?: Manifest
}

/** `ownFolder` holds the projects that the host creates itself: samples and dropped copies. */
export function createProjects(recent: RecentProjects, ownFolder: string, locks: FileLocks): Projects {
  async function describeProject(entry: RecentEntry): Promise<Project> {
    const { path } = entry
    const missing: Project = { ...entry, title: basename(path), exists: false }
    try {
      const at = await findManifest(path)
      const { manifest } = parseManifest((await readManifest(at)).bytes)
      if (!manifest) return { ...missing, exists: true }
      const { Name, Version, Title } = manifest.App
      return { ...entry, title: Title || Name || missing.title, name: Name, version: Version, exists: true }
    } catch (error) {
      if (error instanceof AppError) return missing
      throw error
    }
  }

  async function open(path: string): Promise<Project> {
    const { folder } = await findManifest(path)
    return describeProject(await recent.add(folder))
  }

  return {
    async recent() {
      return Promise.all((await recent.list()).map(describeProject))
    },
    open,
    pin: (path, pinned) => recent.pin(resolve(path), pinned),
    forget: path => recent.forget(resolve(path)),
    async manifest(path) {
      const at = await findManifest(path)
      const { bytes, revision } = await readManifest(at)
      return { file: at.file, revision, ...shownText(bytes), ...(await check(at.folder, bytes)) }
    },
    check,
    async restore(path, file, text, signal) {
      const folder = resolve(path)
      const known = await recent.list()
      if (!known.some(entry => entry.path === folder)) {
        throw new AppError('NOT_FOUND', t`${folder} is not a project that was opened.`, t`Open it first.`)
      }
      return restoreManifest(locks, { folder, file }, text, signal)
    },
    init: createInit(open, ownFolder, locks)
  }
}

/** Size limit in bytes for showing a manifest: a larger one is not a text that a window could edit. */
const MAX_SHOWN_BYTES = 4 * 1024 * 1024
const BINARY_LOOK = 8192

function shownText(bytes: Uint8Array): Pick<ManifestText, 'text' | 'problem'> {
  if (bytes.length > MAX_SHOWN_BYTES) return { text: '', problem: 'too-large' }
  const { text, fault, wide } = decodeText(bytes)
  if (wide) return { text, problem: 'utf-16' }
  if (bytes.subarray(0, BINARY_LOOK).includes(0)) return { text: '', problem: 'binary' }
  return fault ? { text, problem: 'encoding' } : { text }
}

/** Findings for this manifest text as if it were saved; other files are checked as they are on disk. */
async function check(path: string, text: string | Uint8Array, signal?: AbortSignal): Promise<Checked> {
  const [{ checkProject }, { projectSource }] = await Promise.all([
    import('../manifest/check.ts'),
    import('./source.ts')
  ])
  return checkProject(await projectSource(await findManifest(path), text, signal))
}

/**
 * The path of a `.qz` that the user named. It must be a file with a bundle's extension, so that no other file is
 * opened.
 */
export async function bundlePath(file: string): Promise<string> {
  const path = resolve(file)
  if (!isBundlePath(path)) {
    throw new AppError(
      'INVALID',
      t`${path} does not end in .qz, .wave or .zip.`,
      t`Choose a .qz, .wave or .zip file.`
    )
  }
  const info = await stat(path).catch(() => undefined)
  if (!info?.isFile()) throw new AppError('NOT_FOUND', t`There is no file ${path}.`, t`Check the path.`)
  return path
}
