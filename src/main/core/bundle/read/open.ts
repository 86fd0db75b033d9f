/** Opens a bundle strictly: checks everything in its headers before any byte is unpacked. */
import type { Readable } from 'node:stream'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { sha256Of } from '../../files/sha256.ts'
import { type BundleLimits, DEFAULT_LIMITS } from '../limits.ts'
import { type ArchiveFile, openArchive } from './archive-file.ts'
import { checkContent } from './content-check.ts'
import { listEntries } from './directory.ts'
import type { BundleEntry, ListedEntry } from './entry.ts'
import { collect, unpackEntry } from './unpack.ts'

export interface Bundle {
  readonly file: string
  /** Bytes of the file. */
  readonly size: number
  readonly entries: readonly BundleEntry[]
  /** Reads a whole file; follows links. NOT_FOUND if no file has that path, INVALID if it is larger than `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Uint8Array>
  /** A file as a stream; it fails with INVALID if the bytes do not match the headers. */
  stream(path: string): Readable
  /** Unpacks all entries and stores nothing. INVALID, naming the first entry whose bytes do not match its headers. */
  checkContent(signal?: AbortSignal): Promise<void>
  /** SHA-256 of the whole file, in hexadecimal. */
  sha256(signal?: AbortSignal): Promise<string>
  /** Call this only when no stream is in use. */
  close(): Promise<void>
}

export interface OpenOptions {
  readonly limits?: Partial<BundleLimits> | undefined
  readonly signal?: AbortSignal | undefined
  /** The platform whose rules for names apply, besides those of the format; this computer's by default. */
  readonly platform?: NodeJS.Platform | undefined
}

/**
 * Opens a bundle for reading. INVALID, naming the entry at fault (data.entry), for anything a platform would refuse;
 * NOT_FOUND or FORBIDDEN for a file that cannot be read.
 */
export async function openBundle(file: string, options: OpenOptions = {}): Promise<Bundle> {
  const archive = await openArchive(file)
  try {
    const listed = await listEntries(archive, {
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      signal: options.signal,
      platform: options.platform ?? process.platform
    })
    return bundleOf(archive, listed)
  } catch (error) {
    await archive.close()
    throw error
  }
}

function bundleOf(archive: ArchiveFile, listed: ReadonlyMap<string, ListedEntry>): Bundle {
  function find(path: string): ListedEntry {
    const asked = listed.get(path)
    const found = asked?.leadsTo === undefined ? asked : listed.get(asked.leadsTo)
    if (found?.shown.kind === 'file') return found
    throw new AppError(
      'NOT_FOUND',
      t`There is no file ${path} in ${archive.file}.`,
      t`List what is there with \`q8s-cli bundle inspect\`.`
    )
  }
  return {
    file: archive.file,
    size: archive.size,
    entries: [...listed.values()].map(({ shown }) => shown),
    async read(path, maxBytes) {
      const found = find(path)
      if (found.shown.size > maxBytes) {
        const message = t`${path} in ${archive.file} has ${found.shown.size} bytes; at most ${maxBytes}
          are read.`
        throw new AppError('INVALID', message, t`Make it smaller, then bundle the project again.`)
      }
      return collect(unpackEntry(archive, found))
    },
    checkContent: signal => checkContent(archive, [...listed.values()], signal),
    sha256: signal => sha256Of(archive.stream(0, archive.size), signal),
    stream: path => unpackEntry(archive, find(path)),
    close: () => archive.close()
  }
}
