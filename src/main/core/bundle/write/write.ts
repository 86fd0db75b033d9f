/** Writes a project as a bundle: deterministic, in parallel, and reusing compressed bytes of its last bundle. */
import { realpath } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { t } from '#shared/language.ts'
import { fileError } from '../../files/files.ts'
import { listProject, type ProjectListing } from '../files/walk.ts'
import { createCompressor } from './compressor.ts'
import { isStale, writePieces } from './pieces.ts'
import { type PlannedEntry, planEntries } from './plan.ts'
import { forgetBundle, type LastBundle, openLastBundle, recordBundle } from './repeat-index.ts'
import { createSink } from './sink.ts'
import { directoryRecords } from './zip-records.ts'

export interface WriteOptions {
  /** The project's folder. */
  readonly folder: string
  /** The file to write; replaced only when the new bundle is complete. */
  readonly output: string
  readonly signal?: AbortSignal | undefined
  /** `done` and `total` are bytes before compression. */
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined
  /** Used as q-app.toml instead of the file in the project, which is not changed. */
  readonly manifestText?: string | undefined
  /** Where the index for the next bundle is stored. Without it, everything is compressed again. */
  readonly cacheFolder?: string | undefined
  /** A listing checked before; a file that changed since is a CONFLICT. By default the project is listed here. */
  readonly listing?: ProjectListing | undefined
}

export interface WriteProgress {
  readonly stage: 'listing' | 'compressing'
  readonly done: number
  readonly total: number
}

export interface WrittenBundle {
  readonly sha256: string
  /** Bytes of the bundle. */
  readonly size: number
  /** Number of entries. */
  readonly count: number
  /** Number of entries whose compressed bytes came from the last bundle. */
  readonly reused: number
}

const MAX_THREADS = 4
/** If the bundle differs from the recorded one by no more than this, no new record is written. */
const UNRECORDED_BYTES = 1024 * 1024
const UNRECORDED_FILES = 16
/** Bytes to compress, and bytes to hash, above which a thread pays off. */
const BYTES_PER_THREAD = 2 * 1024 * 1024
const BYTES_FOR_HASHING = 32 * 1024 * 1024

/**
 * Bundles a project. Throws NOT_FOUND without a manifest, INVALID (data.findings) for files that cannot be in a bundle,
 * CONFLICT if a file changes during the work, FORBIDDEN or UNAVAILABLE if reading or writing fails. After a failure or
 * an abort, the output is unchanged.
 */
export async function writeBundle(options: WriteOptions): Promise<WrittenBundle> {
  const { signal, onProgress, cacheFolder } = options
  const output = resolve(options.output)
  const folder = await realpath(options.folder).catch(error => {
    throw fileError(error, t`The project ${options.folder} could not be read`)
  })
  onProgress?.({ stage: 'listing', done: 0, total: 0 })
  const own = await pathInside(folder, output)
  const { files, listedAt } = options.listing ?? (await listProject(folder, signal))
  const planned = planEntries(
    folder,
    files.filter(file => file.path !== own),
    options.manifestText
  )
  const work = { folder, output, planned, listedAt, options }
  if (cacheFolder === undefined) return writePlan(work, undefined)
  const last = await openLastBundle(cacheFolder, folder)
  try {
    return await writePlan(work, last)
  } catch (error) {
    if (!isStale(error)) throw error
    await forgetBundle(cacheFolder, folder)
    return await writePlan(work, undefined)
  } finally {
    await last?.handle.close()
  }
}

/** Path of the output if it is inside the project, so that a bundle does not include the previous one. */
async function pathInside(folder: string, output: string): Promise<string | undefined> {
  const parent = await realpath(dirname(output)).catch(() => undefined)
  const path = parent && relative(folder, join(parent, basename(output)))
  return path?.split(sep).join('/')
}

interface PlannedWork {
  readonly folder: string
  readonly output: string
  readonly planned: readonly PlannedEntry[]
  readonly listedAt: number
  readonly options: WriteOptions
}

async function writePlan(work: PlannedWork, last: LastBundle | undefined): Promise<WrittenBundle> {
  const { folder, output, planned, listedAt, options } = work
  const { signal, onProgress, cacheFolder } = options
  const kept = planned.map(entry => last?.find(entry))
  const fresh = planned.reduce((sum, entry, index) => (kept[index] ? sum : sum + entry.size), 0)
  const compressor = createCompressor(threadsFor(fresh))
  const bytes = planned.reduce((sum, entry, index) => sum + (kept[index]?.length ?? entry.size), 0)
  const sink = await createSink(output, bytes >= BYTES_FOR_HASHING)
  try {
    const { written, reused } = await writePieces({
      planned,
      kept,
      last,
      compressor,
      sink,
      signal,
      onProgress
    })
    for (const record of directoryRecords(written, sink.position)) await sink.append(record)
    signal?.throwIfAborted()
    const { sha256, size } = await sink.finish()
    // Compressing a few small files again is faster than writing a record.
    const little = fresh <= UNRECORDED_BYTES && planned.length - reused <= UNRECORDED_FILES
    if (cacheFolder !== undefined && !(last?.lasting && little)) {
      await recordBundle({ cacheFolder, project: folder, output, planned, written, listedAt })
    }
    return { sha256, size, count: planned.length, reused }
  } finally {
    await Promise.all([compressor.close(), sink.discard()])
  }
}

function threadsFor(bytes: number): number {
  return Math.min(MAX_THREADS, availableParallelism(), Math.floor(bytes / BYTES_PER_THREAD))
}
