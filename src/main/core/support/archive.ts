/** The support archive as a zip, streamed entry by entry. */
import type { Readable } from 'node:stream'
import type { SupportDocument } from './documents.ts'

/** The archive's bytes; reading sets the pace. */
export async function supportArchive(documents: readonly SupportDocument[]): Promise<Readable> {
  const { ZipArchive } = await import('archiver')
  const archive = new ZipArchive({ zlib: { level: 9 } })
  for (const { name, text } of documents) archive.append(text, { name, mode: 0o600 })
  // Errors end the stream, so its reader gets them.
  void archive.finalize().catch(() => undefined)
  return archive
}
