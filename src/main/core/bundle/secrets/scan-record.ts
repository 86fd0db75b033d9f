/** Records which files of a project had no secrets, so that unchanged files are not scanned again. */

import type { WalkedFile } from '../files/walked-file.ts'
import {
  isSettled,
  openRecords,
  pruneRecords,
  readRecord,
  recordPath,
  writeRecord
} from '../project-records.ts'

const RECORD = 'clean.json'

/** Path; size, times and inode. */
type Row = readonly [path: string, size: number, mtimeMs: number, ctimeMs: number, inode: number]

interface CleanFiles {
  readonly rules: string
  readonly files: readonly Row[]
}

/** Returns a test for files unchanged since they were recorded; undefined if these rules have made no record. */
export async function readClean(
  cacheFolder: string,
  project: string,
  rules: string
): Promise<((file: WalkedFile) => boolean) | undefined> {
  const record = (await readRecord(recordPath(cacheFolder, project, RECORD))) as CleanFiles | undefined
  if (record?.rules !== rules || !Array.isArray(record.files)) return undefined
  const rows = new Map(record.files.map(row => [row[0], row]))
  return ({ path, size, mtimeMs, ctimeMs, inode }) => {
    const row = rows.get(path)
    return row?.[1] === size && row[2] === mtimeMs && row[3] === ctimeMs && row[4] === inode
  }
}

/** Records the files that are clean now. Errors are ignored: without a record, all files are scanned. */
export async function recordClean(
  cacheFolder: string,
  project: string,
  rules: string,
  clean: readonly WalkedFile[],
  listedAt: number
): Promise<void> {
  const files = clean
    .filter(file => isSettled(file, listedAt))
    .map(({ path, size, mtimeMs, ctimeMs, inode }): Row => [path, size, mtimeMs, ctimeMs, inode])
  try {
    await openRecords(cacheFolder)
    await writeRecord(recordPath(cacheFolder, project, RECORD), { rules, files } satisfies CleanFiles)
    await pruneRecords(cacheFolder)
  } catch {
    // A cache that cannot be written is treated like a missing one.
  }
}
