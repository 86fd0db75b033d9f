/** The text of a file in a bundle, or of a project's file that will be in it; limited to a size that can be shown. */
import { join } from 'node:path'
import { type FileText, MAX_TEXT_BYTES } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'
import { readPlain } from '../../files/files.ts'
import { walkProject } from '../files/walk.ts'
import { openBundle } from './open.ts'

/** NOT_FOUND if the bundle has no such file, INVALID if the file is not a bundle. */
export async function bundleText(bundle: string, file: string, signal?: AbortSignal): Promise<FileText> {
  const opened = await openBundle(bundle, { signal })
  try {
    const entry = opened.entries.find(({ path, kind }) => path === file && kind !== 'folder')
    if (!entry) throw notInBundle(file)
    const { size } = entry
    if (size > MAX_TEXT_BYTES) return { size, problem: 'large' }
    return textOf(await opened.read(file, MAX_TEXT_BYTES))
  } finally {
    await opened.close()
  }
}

/** The text of a file that goes into the project's bundle; NOT_FOUND for every other file. */
export async function projectText(folder: string, file: string, signal?: AbortSignal): Promise<FileText> {
  const files = await walkProject(folder, { signal })
  const has = (path: string) =>
    files.find(other => other.path === path && other.included && other.kind === 'file')
  // A project of today's H2O AI Cloud gets its manifest under the guide's name.
  const found = has(file) ?? (file === MANIFEST_FILES[0] ? has(MANIFEST_FILES[1]) : undefined)
  if (!found) throw notInBundle(file)
  if (found.size > MAX_TEXT_BYTES) return { size: found.size, problem: 'large' }
  return textOf(await readPlain(join(folder, ...found.path.split('/')), MAX_TEXT_BYTES))
}

/** The bytes as text, if they are text. */
export function textOf(bytes: Uint8Array): FileText {
  const size = bytes.length
  try {
    if (bytes.includes(0)) return { size, problem: 'binary' }
    return { size, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { size, problem: 'binary' }
  }
}

function notInBundle(file: string): AppError {
  return new AppError(
    'NOT_FOUND',
    t`${file} is not in the bundle.`,
    t`Only files that go into the bundle can be shown here.`
  )
}
