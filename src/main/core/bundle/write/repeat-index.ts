/**
 * An index of a project's last bundle and of the files it was made from, so that the next bundle can reuse the
 * compressed bytes of unchanged files. The result never depends on it: everything that does not match is compressed
 * again.
 */
import { constants } from 'node:fs'
import { copyFile, type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises'
import { temporaryBeside } from '../../files/temporary.ts'
import {
  isSettled,
  openRecords,
  pruneRecords,
  readRecord,
  recordPath,
  writeRecord
} from '../project-records.ts'
import type { PlannedEntry } from './plan.ts'
import type { KeptEntry, WrittenEntry } from './zip-records.ts'

export interface LastBundle {
  readonly handle: FileHandle
  /** Whether the bundle is the cache's own copy, which writing the next bundle does not replace. */
  readonly lasting: boolean
  /** What the bundle holds for `entry` in its present state; undefined if the file changed. */
  find(entry: PlannedEntry): KeptEntry | undefined
}

/** Compressed bytes depend on the version of the rules here, of zlib, and on the processor's architecture. */
const FORMAT = `1 zlib ${process.versions.zlib} ${process.arch}`

interface IndexFile {
  readonly format: string
  readonly bundle: {
    readonly path: string
    readonly size: number
    readonly mtimeMs: number
    readonly inode: number
  }
  readonly entries: readonly Row[]
}

/** Path; size, times and inode of the file; method, CRC, compressed size; offset, length and CRC of the raw bytes. */
type Row = readonly [
  path: string,
  size: number,
  mtimeMs: number,
  ctimeMs: number,
  inode: number,
  method: 0 | 8,
  crc: number,
  compressedSize: number,
  offset: number,
  length: number,
  rawCrc: number
]

const INDEX = 'bundle.json'
const COPY = 'bundle.qz'

/** The last bundle of a project, if it exists and still matches its record; the caller closes the handle. */
export async function openLastBundle(cacheFolder: string, project: string): Promise<LastBundle | undefined> {
  let handle: FileHandle | undefined
  try {
    const record = await readRecord(recordPath(cacheFolder, project, INDEX))
    const { format, bundle, entries } = record as IndexFile
    if (format !== FORMAT) return undefined
    handle = await open(bundle.path, 'r')
    const { size, mtimeMs, ino } = await handle.stat()
    if (size !== bundle.size || mtimeMs !== bundle.mtimeMs || ino !== bundle.inode) {
      await handle.close()
      return undefined
    }
    const rows = new Map(entries.map(row => [row[0], row]))
    return {
      handle,
      lasting: bundle.path === recordPath(cacheFolder, project, COPY),
      find({ path, file }) {
        const row = rows.get(path)
        if (!row || !file) return undefined
        const [, size, mtimeMs, ctimeMs, inode, method, crc, compressedSize, offset, length, rawCrc] = row
        const same =
          size === file.size && mtimeMs === file.mtimeMs && ctimeMs === file.ctimeMs && inode === file.inode
        if (!same) return undefined
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
  /** Time at which the files were listed, in milliseconds since the epoch. */
  readonly listedAt: number
}

/** Records a bundle for next time. Errors are ignored: without a record, everything is compressed. */
export async function recordBundle(recording: Recording): Promise<void> {
  const { cacheFolder, project, output } = recording
  try {
    await openRecords(cacheFolder)
    const copy = recordPath(cacheFolder, project, COPY)
    const path = (await keepCopy(output, copy)) ? copy : output
    const { size, mtimeMs, ino } = await stat(path)
    const bundle = { path, size, mtimeMs, inode: ino }
    const index: IndexFile = { format: FORMAT, bundle, entries: rowsOf(recording) }
    await writeRecord(recordPath(cacheFolder, project, INDEX), index)
    await pruneRecords(cacheFolder)
  } catch {
    await forgetBundle(cacheFolder, project)
  }
}

export async function forgetBundle(cacheFolder: string, project: string): Promise<void> {
  await rm(recordPath(cacheFolder, project, INDEX), { force: true }).catch(() => undefined)
}

function rowsOf({ planned, written, listedAt }: Recording): Row[] {
  const rows: Row[] = []
  for (const [index, { file }] of planned.entries()) {
    const entry = written[index]
    if (!file || !entry || !isSettled(file, listedAt)) continue
    const { path, method, crc, size, compressedSize, offset, length, rawCrc } = entry
    const { mtimeMs, ctimeMs, inode } = file
    rows.push([path, size, mtimeMs, ctimeMs, inode, method, crc, compressedSize, offset, length, rawCrc])
  }
  return rows
}

/** Makes a hard link or a block-sharing copy of the bundle, because the output may be temporary or moved away. */
async function keepCopy(output: string, kept: string): Promise<boolean> {
  const temporary = temporaryBeside(kept)
  try {
    await link(output, temporary).catch(() => copyFile(output, temporary, constants.COPYFILE_FICLONE_FORCE))
    await rename(temporary, kept)
    return true
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
    return false
  }
}
