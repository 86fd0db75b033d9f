/** Checks archives inside a bundle by their lists of entries: a zip bomb may be nested more than one level deep. */
import { extname } from 'node:path'
import type { Entry } from 'yauzl'
import { fromBuffer, fromRandomAccessReader, type ZipFile } from 'yauzl'
import { t } from '#shared/language.ts'
import type { BundleLimits } from '../limits.ts'
import { type ArchiveFile, ArchiveReader, invalidEntry } from './archive-file.ts'
import type { ListedEntry } from './entry.ts'
import { collect, unpackEntry } from './unpack.ts'

/** Archives that Python, its tools or people unpack. */
const ARCHIVES = new Set(['.zip', '.whl', '.qz', '.egg', '.jar'])
/** Levels of archives below the bundle. */
const MAX_DEPTH = 3
const MAX_ARCHIVES = 2000
/** Compressed archives up to this size are unpacked to check them; stored archives are read in place. */
const MAX_PACKED_BYTES = 16 * 1024 * 1024

interface Look {
  readonly archive: ArchiveFile
  readonly limits: BundleLimits
  readonly signal: AbortSignal | undefined
  archives: number
  bytes: number
}

/** Throws INVALID, naming the entry of the bundle, if nested archives unpack to more than the bundle itself may. */
export async function checkNested(
  archive: ArchiveFile,
  listed: Iterable<ListedEntry>,
  limits: BundleLimits,
  signal: AbortSignal | undefined
): Promise<void> {
  const look: Look = { archive, limits, signal, archives: 0, bytes: 0 }
  for (const entry of listed) {
    if (entry.shown.kind !== 'file' || !isArchive(entry.name)) continue
    const zip = await openNested(archive, entry)
    if (zip) await lookInto(look, entry.name, zip, 1)
  }
}

function isArchive(name: string): boolean {
  return ARCHIVES.has(extname(name).toLowerCase())
}

const OPTIONS = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: true }

type Opening = (callback: (error: Error | null, zip: ZipFile) => void) => void

/** Undefined if the file only has an archive's name: then there is nothing to unpack. */
function openZip(open: Opening): Promise<ZipFile | undefined> {
  return new Promise(resolve => open((error, zip) => resolve(error ? undefined : zip)))
}

async function openNested(archive: ArchiveFile, listed: ListedEntry): Promise<ZipFile | undefined> {
  const { entry, dataStart } = listed
  if (entry.compressionMethod === 0) {
    const reader = partReader(archive, dataStart)
    return openZip(callback => fromRandomAccessReader(reader, entry.compressedSize, OPTIONS, callback))
  }
  if (entry.uncompressedSize > MAX_PACKED_BYTES) return undefined
  const bytes = await collect(unpackEntry(archive, listed))
  return openZip(callback => fromBuffer(bytes, OPTIONS, callback))
}

async function lookInto(look: Look, name: string, zip: ZipFile, depth: number): Promise<void> {
  const { archive, limits } = look
  const refuse = (problem: string) => invalidEntry(archive.file, name, problem)
  look.signal?.throwIfAborted()
  if (depth > MAX_DEPTH) throw refuse(t`holds archives more than ${MAX_DEPTH} levels deep`)
  if (++look.archives > MAX_ARCHIVES) throw refuse(t`is one of more than ${MAX_ARCHIVES} archives in it`)
  if (zip.entryCount > limits.entries)
    throw refuse(t`holds an archive of more than ${limits.entries} entries`)
  for (let index = 0; index < zip.entryCount; index++) {
    const entry = await nextEntry(zip)
    if (!entry) return
    look.bytes += entry.uncompressedSize
    const most = Math.max(limits.harmlessBytes, archive.size * limits.ratio)
    if (look.bytes > most) throw refuse(t`holds an archive that unpacks to over ${most} bytes`)
    if (!isArchive(entry.fileNameRaw.toString('latin1'))) continue
    const inner = await openInner(zip, entry)
    if (inner) await lookInto(look, name, inner, depth + 1)
  }
}

/** Undefined at the end of the list, or if the list is damaged. */
function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return new Promise(resolve => {
    const settle = (entry?: Entry) => {
      zip.removeAllListeners('entry').removeAllListeners('error').removeAllListeners('end')
      resolve(entry)
    }
    zip
      .on('entry', settle)
      .on('error', () => settle())
      .on('end', () => settle())
    zip.readEntry()
  })
}

async function openInner(zip: ZipFile, entry: Entry): Promise<ZipFile | undefined> {
  if (!entry.canDecodeFileData() || entry.uncompressedSize > MAX_PACKED_BYTES) return undefined
  try {
    const bytes = await collect(await zip.openReadStreamPromise(entry))
    return await openZip(callback => fromBuffer(bytes, OPTIONS, callback))
  } catch {
    return undefined
  }
}

/** Reads a stored archive in place in the bundle. */
function partReader(archive: ArchiveFile, start: number): ArchiveReader {
  return new ArchiveReader({
    read: (position, length) => archive.read(start + position, length),
    stream: (position, length) => archive.stream(start + position, length)
  })
}
