/** The support archive as a zip: streamed entry by entry, written beside its place and moved there when it is whole. */
import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileError, syncFolder } from '../files.ts'
import type { SupportDocument } from './documents.ts'

/** The archive's bytes; reading sets the pace. */
export async function supportArchive(documents: readonly SupportDocument[]): Promise<Readable> {
  const { ZipArchive } = await import('archiver')
  const archive = new ZipArchive({ zlib: { level: 9 } })
  for (const { name, text } of documents) archive.append(text, { name, mode: 0o600 })
  // Its failures end the stream, and are its reader's.
  void archive.finalize().catch(() => undefined)
  return archive
}

/** Writes a stream to a file that is there whole or not at all, for its owner only. */
export async function writeWhole(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal?: AbortSignal
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    await pipeline(bytes, file.createWriteStream({ flush: true }), signal ? { signal } : {})
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw fileError(error, `${path} could not be written`)
  }
}
