/** Shared code for listing and reading files of instances, in every engine. */
import { AppError } from '#shared/errors.ts'
import { type FileEntry, type FolderListing, MAX_LISTED } from '#shared/instance-files.ts'
import { t } from '#shared/language.ts'
import { plainText } from '#shared/text.ts'
import { timeOf } from './told-time.ts'

/** Folders first, by name. */
export function listingOf(entries: readonly FileEntry[], more: boolean): FolderListing {
  const isFile = ({ kind }: FileEntry) => (kind === 'folder' ? 0 : 1)
  const byName = (a: FileEntry, b: FileEntry) =>
    isFile(a) - isFile(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  return {
    entries: [...entries].sort(byName).slice(0, MAX_LISTED),
    more: more || entries.length > MAX_LISTED
  }
}

/** When a file was last written, as its file system or archive reports it. */
export function modified(milliseconds: number): { modifiedAt?: string } {
  const modifiedAt = timeOf(milliseconds)
  return modifiedAt === undefined ? {} : { modifiedAt }
}

/** The first `most` bytes of the content. */
export async function readStart(content: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of content) {
    pieces.push(piece)
    length += piece.length
    if (length >= most) break
  }
  return Buffer.concat(pieces).subarray(0, most)
}

const shown = (parts: readonly string[]) => plainText(parts.join('/')) || t`This folder`

export function noSuchFile(parts: readonly string[], cause?: unknown): AppError {
  return new AppError(
    'NOT_FOUND',
    t`${shown(parts)} is not there.`,
    t`It may be gone by now, or not there yet: check its folder again.`,
    { cause }
  )
}

export function isLink(parts: readonly string[]): AppError {
  return new AppError(
    'INVALID',
    t`${shown(parts)} is a link, and links are not followed: they may lead anywhere.`,
    t`Open what it leads to, where that is in the folder of the app or on its volume.`
  )
}

export function otherKind(parts: readonly string[], wanted: 'file' | 'folder'): AppError {
  const name = shown(parts)
  const message = wanted === 'file' ? t`${name} is not a file.` : t`${name} is not a folder.`
  return new AppError('INVALID', message, t`Check its folder again.`)
}
