/**
 * What the last bundle of a project holds and of which files it was made, so that the next one can take over the
 * compressed bytes of what has not changed. Never needed for the result: whatever does not fit is compressed anew.
 */
import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, type FileHandle, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../files.ts'
import { pruneIndexes } from './index-prune.ts'
import type { PlannedEntry } from './plan.ts'
import type { WrittenEntry } from './zip-records.ts'

/** The bytes of an entry in the last bundle, local header included. */
export type KeptEntry = Omit<WrittenEntry, 'kind' | 'mode'>

export interface LastBundle {
  readonly handle: FileHandle
  /** What of it stands for `entry` as it is now. */
  find(entry: PlannedEntry): KeptEntry | undefined
}

/** Compressed bytes are those of one version of the rules here and of zlib. */
const FORMAT = `1 zlib ${process.versions.zlib} ${process.arch}`

/**
 * Coarsest step of a file system's clock. A file touched this shortly before it was listed may change once more and
 * still look the same, so it is never recorded.
 */
const CLOCK_STEP_NS = 2_000_000_000n

interface IndexFile {
  readonly format: string
  readonly bundle: {
    readonly path: string
    readonly size: number
    readonly mtimeNs: string
    readonly inode: string
  }
  readonly entries: readonly Row[]
}

/** Path; size, times and inode of the file; method, CRC, sizes; offset, length and CRC of the raw bytes. */
type Row = readonly [
  path: string,
  identity: string,
  method: 0 | 8,
  crc: number,
  size: number,
  compressedSize: number,
  offset: number,
  length: number,
  rawCrc: number
]

function identityOf({ file }: PlannedEntry): string | undefined {
  return file && `${file.size} ${file.mtimeNs} ${file.ctimeNs} ${file.inode}`
}

function indexPaths(cacheFolder: string, project: string) {
  const key = createHash('sha256').update(project).digest('hex').slice(0, 32)
  return { index: join(cacheFolder, `${key}.json`), bundle: join(cacheFolder, `${key}.qz`) }
}

/** The last bundle of a project, if it is there and still what was written; the caller closes the handle. */
export async function openLastBundle(cacheFolder: string, project: string): Promise<LastBundle | undefined> {
  let handle: FileHandle | undefined
  try {
    const text = await readFile(indexPaths(cacheFolder, project).index, 'utf8')
    const { format, bundle, entries } = JSON.parse(text) as IndexFile
    if (format !== FORMAT) return undefined
    handle = await open(bundle.path, 'r')
    const { size, mtimeNs, ino } = await handle.stat({ bigint: true })
    const same = size === BigInt(bundle.size) && `${mtimeNs}` === bundle.mtimeNs && `${ino}` === bundle.inode
    if (!same) {
      await handle.close()
      return undefined
    }
    const rows = new Map(entries.map(row => [row[0], row]))
    return {
      handle,
      find(entry) {
        const row = rows.get(entry.path)
        if (!row || row[1] !== identityOf(entry)) return undefined
        const [path, , method, crc, size, compressedSize, offset, length, rawCrc] = row
        return { path, method, crc, size, compressedSize, offset, length, rawCrc }
      }
    }
  } catch {
    await handle?.close()
    return undefined
  }
}

export interface Recording {
  readonly cacheFolder: string
  readonly project: string
  /** The bundle just written. */
  readonly output: string
  readonly planned: readonly PlannedEntry[]
  readonly written: readonly WrittenEntry[]
  /** When the files were listed, in nanoseconds since the epoch. */
  readonly listedAt: bigint
}

/** Records a bundle for the next time. Its own troubles are nobody's: without a record everything is compressed. */
export async function recordBundle(recording: Recording): Promise<void> {
  const { cacheFolder, project, output } = recording
  const paths = indexPaths(cacheFolder, project)
  try {
    await mkdir(cacheFolder, { recursive: true })
    const path = (await keepCopy(output, paths.bundle)) ? paths.bundle : output
    const { size, mtimeNs, ino } = await stat(path, { bigint: true })
    const index: IndexFile = {
      format: FORMAT,
      bundle: { path, size: Number(size), mtimeNs: `${mtimeNs}`, inode: `${ino}` },
      entries: rowsOf(recording)
    }
    await replaceFile(paths.index, JSON.stringify(index), 0o600)
    await pruneIndexes(cacheFolder)
  } catch {
    await forgetBundle(cacheFolder, project)
  }
}

export async function forgetBundle(cacheFolder: string, project: string): Promise<void> {
  await rm(indexPaths(cacheFolder, project).index, { force: true }).catch(() => undefined)
}

function rowsOf({ planned, written, listedAt }: Recording): Row[] {
  return planned.flatMap((entry, index) => {
    const { file } = entry
    const packed = written[index]
    const identity = identityOf(entry)
    if (!file || !packed || identity === undefined) return []
    const settled = listedAt - CLOCK_STEP_NS
    if (file.mtimeNs > settled || file.ctimeNs > settled) return []
    const { path, method, crc, size, compressedSize, offset, length, rawCrc } = packed
    return [[path, identity, method, crc, size, compressedSize, offset, length, rawCrc]]
  })
}

/** A second name for the bundle, or a copy that shares its blocks: it may be moved away or be a temporary one. */
async function keepCopy(output: string, kept: string): Promise<boolean> {
  const temporary = `${kept}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await link(output, temporary).catch(() => copyFile(output, temporary, constants.COPYFILE_FICLONE_FORCE))
    await rename(temporary, kept)
    return true
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
    return false
  }
}
