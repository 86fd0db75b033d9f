/** Lists and reads files in a folder that an app can write to, without following links out of it. */
import type { BigIntStats } from 'node:fs'
import { type FileHandle, lstat, opendir, readlink, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { mapBounded } from '#core/async/queue.ts'
import { fileError, openPlain } from '#core/files/files.ts'
import type { EngineFile } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { type FileEntry, type FolderListing, MAX_LISTED, PIECE_BYTES } from '#shared/instance-files.ts'
import { t } from '#shared/language.ts'
import { isLink, listingOf, modified, noSuchFile, otherKind } from './file-listing.ts'

/** Entries read at the same time. */
const AT_ONCE = 32
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL'])

export async function listHostFolder(
  root: string,
  parts: readonly string[],
  signal?: AbortSignal
): Promise<FolderListing> {
  const { path, info } = await inside(root, parts)
  if (!info.isDirectory()) throw otherKind(parts, 'folder')
  const names: string[] = []
  try {
    for await (const { name } of await opendir(path)) {
      signal?.throwIfAborted()
      names.push(name)
      if (names.length > MAX_LISTED) break
    }
  } catch (error) {
    throw inWords(error, parts)
  }
  const found = await mapBounded(names.slice(0, MAX_LISTED), AT_ONCE, async name => {
    signal?.throwIfAborted()
    return entryOf(path, name)
  })
  return listingOf(
    found.filter(entry => entry !== undefined),
    names.length > MAX_LISTED
  )
}

export async function openHostFile(root: string, parts: readonly string[]): Promise<EngineFile> {
  const { path, info } = await inside(root, parts)
  if (!info.isFile()) throw otherKind(parts, 'file')
  const file = await openPlain(path).catch((error: unknown) => {
    throw inWords(error, parts)
  })
  if (!file) throw noSuchFile(parts)
  // The app may have put a link there since the check: the opened file must be the file that is inside now.
  const [opened, now] = await Promise.all([
    file.stat({ bigint: true }),
    inside(root, parts).catch(() => undefined)
  ])
  if (now?.info.ino !== opened.ino || now.info.dev !== opened.dev) {
    await file.close()
    throw noSuchFile(parts)
  }
  const size = Number(opened.size)
  return { size, content: piecesOf(file, size), close: () => file.close().catch(() => undefined) }
}

/** Reads no more than the size the file had when it was opened, even if it grows. */
async function* piecesOf(file: FileHandle, size: number): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < size; ) {
    const wanted = Math.min(PIECE_BYTES, size - at)
    const { bytesRead, buffer } = await file.read(Buffer.alloc(wanted), 0, wanted, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** The path and its file information. Every part on the way must be a folder inside the root. */
async function inside(root: string, parts: readonly string[]): Promise<{ path: string; info: BigIntStats }> {
  try {
    // On Windows, backslashes and colons lead to another folder, drive or stream.
    if (process.platform === 'win32' && parts.some(part => /[\\:]/.test(part))) throw noSuchFile(parts)
    let path = await realpath(root)
    let info = await lstat(path, { bigint: true })
    for (const [index, part] of parts.entries()) {
      path = join(path, part)
      info = await lstat(path, { bigint: true })
      if (info.isSymbolicLink()) throw isLink(parts.slice(0, index + 1))
    }
    const [top, real] = await Promise.all([realpath(root), realpath(path)])
    if (real !== top && !real.startsWith(`${top}${sep}`)) throw isLink(parts)
    return { path, info }
  } catch (error) {
    throw inWords(error, parts)
  }
}

/** Undefined if the entry is gone. */
async function entryOf(folder: string, name: string): Promise<FileEntry | undefined> {
  const path = join(folder, name)
  const info = await lstat(path).catch(() => undefined)
  if (!info) return undefined
  const common = { name, ...modified(info.mtimeMs) }
  if (info.isDirectory()) return { ...common, kind: 'folder', size: 0 }
  if (info.isFile()) return { ...common, kind: 'file', size: info.size }
  if (!info.isSymbolicLink()) return { ...common, kind: 'other', size: 0 }
  const target = await readlink(path).catch(() => undefined)
  return { ...common, kind: 'link', size: 0, ...(target === undefined ? {} : { target }) }
}

function inWords(error: unknown, parts: readonly string[]): unknown {
  if (error instanceof AppError) return error
  if (GONE.has((error as NodeJS.ErrnoException).code ?? '')) return noSuchFile(parts, error)
  return fileError(error, t`That could not be read`)
}
