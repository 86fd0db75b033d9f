/** Bundles on disk, named by their hash, and their uploads. */
import { constants, createReadStream, existsSync, unlinkSync } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createKeyedQueue } from '#core/async/queue.ts'
import { fileError, makeFolder, syncFolder } from '#core/files/files.ts'
import { sha256Of } from '#core/files/sha256.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Store } from '../store/database.ts'
import type { LocalContext } from './context.ts'
import type { Procedures } from './procedures.ts'

export interface UploadKey {
  readonly sha256: string
  readonly size: number
}

export interface BundleFiles {
  /** The path a bundle has once it is complete. */
  path(sha256: string): string
  /** Bytes received so far. Equals `size` only once the bundle is complete and checked. */
  offset(key: UploadKey): Promise<number>
  append(key: UploadKey, offset: number, data: Blob): Promise<number>
  /** The problem with an app's bundle, as a message. Reads the whole bundle if `thorough`. */
  problem(key: UploadKey, thorough: boolean): Promise<string | undefined>
  /** Deletes a bundle that no app refers to. Holds the write lock, so that no import can start to use it. */
  removeUnreferenced(store: Store, sha256: string): void
  /** Deletes the complete or partial upload of a bundle that no app refers to. */
  discard(store: Store, sha256: string): Promise<void>
}

export function uploadsRouter({ uploads: noun }: Procedures, context: LocalContext, bundles: BundleFiles) {
  return noun.router({
    status: noun.status.handler(async ({ input }) => ({ offset: await bundles.offset(input) })),
    append: noun.append.handler(async ({ input: { offset, data, ...key } }) => ({
      offset: await bundles.append(key, offset, data)
    })),
    discard: noun.discard.handler(async ({ input }) => bundles.discard(await context.store(), input.sha256))
  })
}

export function createBundleFiles({ folders }: Pick<LocalContext, 'folders'>): BundleFiles {
  const path = (sha256: string) => join(folders.bundles, `${sha256}.qz`)
  const partial = (sha256: string) => join(folders.uploads, `${sha256}.part`)
  const inOrder = createKeyedQueue()

  /** Checks and moves a partial file that has all its bytes, even if the process that wrote it was killed. */
  async function offset(key: UploadKey): Promise<number> {
    if (await isWhole(path(key.sha256), key)) return key.size
    const size = await sizeOf(partial(key.sha256))
    if (size === undefined) return 0
    if (size < key.size) return size
    await finish(key)
    return key.size
  }

  async function finish(key: UploadKey): Promise<void> {
    const from = partial(key.sha256)
    try {
      if ((await sizeOf(from)) !== key.size || (await hashOf(from)) !== key.sha256) {
        await rm(from, { force: true })
        throw new AppError(
          'INVALID',
          t`The uploaded bytes do not have the SHA-256 they were announced with.`,
          t`Upload the bundle again.`
        )
      }
      await sync(from)
      await makeFolder(folders.bundles)
      await rename(from, path(key.sha256))
      await syncFolder(folders.bundles)
    } catch (error) {
      // Another process uploading the same bundle may have finished it first.
      if (!(await isWhole(path(key.sha256), key))) throw error
    }
  }

  async function append(key: UploadKey, at: number, data: Blob): Promise<number> {
    const have = await offset(key)
    if (have === key.size) return have
    if (at !== have) {
      throw new AppError(
        'CONFLICT',
        t`The upload continues at byte ${have}, not at ${at}.`,
        t`Continue from there.`,
        { data: { offset: have } }
      )
    }
    if (at + data.size > key.size) {
      throw new AppError('INVALID', t`More bytes were sent than the announced ${key.size}.`)
    }
    await makeFolder(folders.uploads)
    await writeAt(partial(key.sha256), at, new Uint8Array(await data.arrayBuffer()))
    const has = await offset(key)
    // If another process finished it first, the partial file written here is not needed.
    if (has === key.size) await rm(partial(key.sha256), { force: true })
    return has
  }

  function removeUnreferenced(store: Store, sha256: string): void {
    store.transaction(() => {
      const used = store.get('SELECT 1 AS used FROM apps WHERE sha256 = ? LIMIT 1', sha256)
      const file = path(sha256)
      if (!used && existsSync(file)) unlinkSync(file)
    })
  }

  async function problem({ sha256, size }: UploadKey, thorough: boolean): Promise<string | undefined> {
    const file = path(sha256)
    const has = await sizeOf(file)
    if (has === undefined) return t`The bundle ${file} is missing.`
    if (has === size && (!thorough || (await hashOf(file)) === sha256)) return undefined
    return t`The bundle ${file} is damaged. Remove its app, then publish it again.`
  }

  return {
    path,
    problem,
    offset: key => inOrder(key.sha256, () => offset(key)),
    append: (key, at, data) => inOrder(key.sha256, () => append(key, at, data)),
    removeUnreferenced,
    discard: (store, sha256) =>
      inOrder(sha256, async () => {
        await rm(partial(sha256), { force: true })
        removeUnreferenced(store, sha256)
      })
  }
}

async function isWhole(path: string, { size }: UploadKey): Promise<boolean> {
  const found = await sizeOf(path)
  if (found === undefined || found === size) return found !== undefined
  throw new AppError('INVALID', t`The bundle of this SHA-256 has ${found} bytes, not ${size}.`)
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fileError(error, t`${path} could not be read`)
  }
}

/**
 * Writes at a position and never appends: two processes that upload the same bundle write the same bytes to the same
 * place. If a write fails half-way, the file is cut back to that position.
 */
async function writeAt(path: string, position: number, bytes: Uint8Array): Promise<void> {
  let file: FileHandle | undefined
  try {
    // Opens or creates the file in one step: another process may complete it and move it away at any moment.
    file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
    for (let done = 0; done < bytes.length; ) {
      done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten
    }
  } catch (error) {
    await file?.truncate(position).catch(() => undefined)
    throw fileError(error, t`The upload could not be stored`)
  } finally {
    await file?.close()
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function hashOf(path: string): Promise<string> {
  return sha256Of(createReadStream(path, { highWaterMark: 1024 * 1024 }))
}
