/** The manifest on disk: finds it, reads it with a revision, saves it only if unchanged since, and watches it. */
import { createHash } from 'node:crypto'
import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'
import { createEmitter } from '../async/emitter.ts'
import { fileError, readPlain, replaceFile, rewriteFile } from '../files/files.ts'
import type { FileLocks } from '../ports.ts'

/** Larger files are not opened at all. */
const MAX_READ_BYTES = 64 * 1024 * 1024

export interface ManifestFile {
  /** Absolute path of the project's folder. */
  readonly folder: string
  /** Name of the manifest inside it. */
  readonly file: string
}

/** Finds the manifest of a folder, or takes the path of a manifest. NOT_FOUND if there is none. */
export async function findManifest(path: string): Promise<ManifestFile> {
  const absolute = resolve(path)
  const info = await stat(absolute).catch(error => {
    throw fileError(error, t`${absolute} could not be opened`)
  })
  if (info.isFile() && (MANIFEST_FILES as readonly string[]).includes(basename(absolute))) {
    return { folder: dirname(absolute), file: basename(absolute) }
  }
  if (!info.isDirectory()) {
    throw new AppError(
      'INVALID',
      t`${absolute} is not a folder.`,
      t`Choose the folder that holds the q-app.toml.`
    )
  }
  for (const file of MANIFEST_FILES) {
    if (await isFile(join(absolute, file))) return { folder: absolute, file }
  }
  throw new AppError(
    'NOT_FOUND',
    t`There is no q-app.toml in ${absolute}.`,
    t`Run \`q8s-cli init\` there to make one, or choose another folder.`,
    { data: { folder: absolute } }
  )
}

export async function readManifest({
  folder,
  file
}: ManifestFile): Promise<{ bytes: Buffer; revision: string }> {
  try {
    const path = join(folder, file)
    const { size } = await stat(path)
    if (size > MAX_READ_BYTES) throw tooLarge(path, size)
    const bytes = await readPlain(path, MAX_READ_BYTES, { follow: true })
    return { bytes, revision: revisionOf(bytes) }
  } catch (error) {
    throw fileError(error, t`${join(folder, file)} could not be read`)
  }
}

/** Writes a manifest that was deleted. CONFLICT if one exists, NOT_FOUND if its folder is gone too. */
export async function restoreManifest(
  locks: FileLocks,
  { folder, file }: ManifestFile,
  text: string,
  signal?: AbortSignal
): Promise<string> {
  const path = join(resolve(folder), file)
  const bytes = Buffer.from(text, 'utf8')
  async function check(): Promise<void> {
    const info = await stat(dirname(path)).catch(error => {
      throw fileError(error, t`${path} could not be written`)
    })
    if (info.isDirectory() && !(await isFile(path))) return
    throw new AppError('CONFLICT', t`${path} exists again.`, t`Load it before you save.`)
  }
  await locks.hold(
    path,
    async () => {
      await check()
      await replaceFile(path, bytes, { check })
    },
    signal
  )
  return revisionOf(bytes)
}

/** Replaces the text; CONFLICT if the file changed since `revision` was read. */
export function saveManifest(
  locks: FileLocks,
  at: ManifestFile,
  text: string,
  revision: string,
  signal?: AbortSignal
): Promise<string> {
  const change = (_bytes: Buffer, current: string) => {
    if (current !== revision) throw changed(at, current)
    return text
  }
  return changeManifest(locks, at, change, signal)
}

/**
 * Replaces the text by one computed from it, and returns the new revision. CONFLICT if a program that does not use our
 * locks, such as an editor, changed the file during the write.
 */
export function changeManifest(
  locks: FileLocks,
  at: ManifestFile,
  change: (bytes: Buffer, revision: string) => string,
  signal?: AbortSignal
): Promise<string> {
  const path = join(at.folder, at.file)
  return locks.hold(
    path,
    async () => {
      const { bytes, revision } = await readManifest(at)
      const next = Buffer.from(change(bytes, revision), 'utf8')
      await rewriteFile(path, next, async () => {
        const now = await readManifest(at)
        if (now.revision !== revision) throw changed(at, now.revision)
      })
      return revisionOf(next)
    },
    signal
  )
}

function changed({ file }: ManifestFile, revision: string): AppError {
  return new AppError(
    'CONFLICT',
    t`${file} was changed by another program since it was opened.`,
    t`Load the changed file, or save yours over it.`,
    { data: { revision } }
  )
}

/** The present revision, and a new one after each change; "" while the file is gone. Ends when `signal` aborts. */
export async function* watchManifest(
  at: ManifestFile,
  signal: AbortSignal | undefined
): AsyncGenerator<{ revision: string }> {
  const changes = createEmitter<void>()
  const stopWatching = watchFolder(at.folder, () => changes.emit())
  try {
    let last: string | undefined
    while (!signal?.aborted) {
      const changed = changes.next(signal)
      changed.catch(() => undefined)
      const revision = await readManifest(at).then(
        read => read.revision,
        () => ''
      )
      if (revision !== last) yield { revision }
      last = revision
      await changed
    }
  } catch (error) {
    if (!signal?.aborted) throw error
  } finally {
    stopWatching()
  }
}

/**
 * Milliseconds between two checks of a folder that cannot be watched: it is gone, or the system has no watches left.
 */
const LOOK_EVERY = 2_000

/** Returns a function that stops watching. */
function watchFolder(folder: string, onChange: () => void): () => void {
  let watcher: FSWatcher | undefined
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    watcher?.close()
    timer ??= setInterval(onChange, LOOK_EVERY).unref()
    onChange()
  }
  try {
    watcher = watch(folder, onChange).on('error', look)
  } catch {
    look()
  }
  return () => {
    watcher?.close()
    clearInterval(timer)
  }
}

function tooLarge(path: string, size: number): AppError {
  const message = t`${path} has ${Math.round(size / 1024 / 1024)} MiB: that is not a manifest.`
  return new AppError('INVALID', message, t`Keep data in files of their own.`)
}

function revisionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    info => info.isFile(),
    () => false
  )
}
