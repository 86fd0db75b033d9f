/** Unpacks a whole bundle into a folder, which appears only when everything is unpacked. */
import { createWriteStream } from 'node:fs'
import { lstat, mkdir, readdir, rename, rm, rmdir, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { fileError, makeFolder } from '../../files/files.ts'
import { removeLeftBeside, temporaryBeside } from '../../files/temporary.ts'
import type { BundleEntry } from './entry.ts'
import { type Bundle, type OpenOptions, openBundle } from './open.ts'

/**
 * Unpacks `file` to `folder`, which must not exist or must be empty (else CONFLICT). INVALID for a bundle that cannot
 * be trusted. After INVALID or an abort, nothing is left.
 */
export async function extractBundle(file: string, folder: string, options: OpenOptions = {}): Promise<void> {
  const target = resolve(folder)
  await checkFree(target)
  const bundle = await openBundle(file, options)
  const temporary = temporaryBeside(target)
  try {
    await makeFolder(dirname(target))
    await mkdir(temporary, { mode: 0o700 })
    for (const entry of inOrder(bundle.entries)) {
      options.signal?.throwIfAborted()
      await extractEntry(bundle, entry, temporary, options.signal)
    }
    await rmdir(target).catch(() => undefined)
    await rename(temporary, target)
    await removeLeftBeside(target)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw fileError(error, t`${file} could not be unpacked to ${folder}`)
  } finally {
    await bundle.close()
  }
}

async function checkFree(folder: string): Promise<void> {
  const there = await lstat(folder).catch(() => undefined)
  if (!there) return
  const free = there.isDirectory() && (await readdir(folder)).length === 0
  if (free) return
  throw new AppError('CONFLICT', t`${folder} is there already and is not empty.`, t`Choose another folder.`)
}

/** Links come last, so that nothing is ever written through a link. */
function inOrder(entries: readonly BundleEntry[]): BundleEntry[] {
  const links = entries.filter(entry => entry.kind === 'link')
  return [...entries.filter(entry => entry.kind !== 'link'), ...links]
}

async function extractEntry(
  bundle: Bundle,
  entry: BundleEntry,
  root: string,
  signal: AbortSignal | undefined
): Promise<void> {
  const path = join(root, ...entry.path.split('/'))
  if (entry.kind === 'folder') {
    await makeFolder(path, 0o755)
    return
  }
  await makeFolder(dirname(path), 0o755)
  if (entry.kind === 'link') return symlink(entry.target ?? '', path)
  const output = createWriteStream(path, { flags: 'wx', mode: entry.mode })
  await pipeline(bundle.stream(entry.path), output, signal ? { signal } : {})
}
