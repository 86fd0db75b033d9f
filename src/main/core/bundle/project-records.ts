/** Small records about a project that speed up its next bundle: in the user's cache, bounded, and never required. */
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../files/files.ts'
import { isLeftBehind, isTemporary, temporaryBeside } from '../files/temporary.ts'

/**
 * Coarsest step of a file system's clock, in milliseconds. A file that changed this shortly before it was listed may
 * change again and keep the same times, so it is never recorded.
 */
const CLOCK_STEP = 2000

const MAX_PROJECTS = 16
const MAX_BYTES = 8 * 1024 ** 3

/** Path of one kind of record of a project; `name` is e.g. `bundle.json`. */
export function recordPath(cacheFolder: string, project: string, name: string): string {
  const key = createHash('sha256').update(project).digest('hex').slice(0, 32)
  return join(cacheFolder, `${key}.${name}`)
}

/** Times of a file, in milliseconds since the epoch. */
interface FileTimes {
  readonly mtimeMs: number
  readonly ctimeMs: number
}

/** Whether any change to the file after that listing (milliseconds since the epoch) is sure to change its times. */
export function isSettled(file: FileTimes, listedAt: number): boolean {
  const settled = listedAt - CLOCK_STEP
  return file.mtimeMs <= settled && file.ctimeMs <= settled
}

/** The content of a record; undefined if it does not exist or is not JSON. */
export async function readRecord(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Replaces a record as a whole. It is not synced to disk: a lost or torn record is only computed again. */
export async function writeRecord(path: string, record: unknown): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    await writeFile(temporary, JSON.stringify(record), { mode: 0o600 })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

export async function openRecords(cacheFolder: string): Promise<void> {
  await makeFolder(cacheFolder)
}

/** Removes the records of the oldest projects if there are too many, or if they are too large. */
export async function pruneRecords(cacheFolder: string): Promise<void> {
  const files: RecordFile[] = []
  for (const name of await readdir(cacheFolder)) {
    const stats = await stat(join(cacheFolder, name)).catch(() => undefined)
    if (stats?.isFile()) files.push({ name, size: stats.size, modified: stats.mtimeMs })
  }
  for (const name of surplus(files, Date.now())) {
    await rm(join(cacheFolder, name), { force: true }).catch(() => undefined)
  }
}

interface RecordFile {
  readonly name: string
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modified: number
}

const RECORD = /^([0-9a-f]{32})\.[a-z.]+$/

/** Names of the files to remove: all records of the projects changed longest ago, and old temporary files. */
export function surplus(files: readonly RecordFile[], now: number): string[] {
  const projects = new Map<string, { names: string[]; size: number; modified: number }>()
  const leftBehind: string[] = []
  for (const { name, size, modified } of files) {
    if (isTemporary(name)) {
      if (isLeftBehind(modified, now)) leftBehind.push(name)
      continue
    }
    const key = RECORD.exec(name)?.[1]
    if (key === undefined) continue
    const project = projects.get(key) ?? { names: [], size: 0, modified: 0 }
    project.names.push(name)
    project.size += size
    project.modified = Math.max(project.modified, modified)
    projects.set(key, project)
  }
  let bytes = 0
  const newest = [...projects.values()].sort((a, b) => b.modified - a.modified)
  const removed = newest.filter(({ size }, index) => {
    bytes += size
    return index > 0 && (index >= MAX_PROJECTS || bytes > MAX_BYTES)
  })
  return [...leftBehind, ...removed.flatMap(({ names }) => names)]
}
