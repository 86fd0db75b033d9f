/** Small records kept of a project from one bundle to the next, in the user's cache: never needed, always bounded. */
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../files/files.ts'
import { isLeftBehind, isTemporary, temporaryBeside } from '../files/temporary.ts'

/**
 * Coarsest step of a file system's clock, in milliseconds. A file touched this shortly before it was listed may
 * change once more and still look the same, so nothing is ever recorded of it.
 */
const CLOCK_STEP = 2000

const MAX_PROJECTS = 16
const MAX_BYTES = 8 * 1024 ** 3

/** Where a kind of record of a project is; `name` is e.g. `bundle.json`. */
export function recordPath(cacheFolder: string, project: string, name: string): string {
  const key = createHash('sha256').update(project).digest('hex').slice(0, 32)
  return join(cacheFolder, `${key}.${name}`)
}

/** Times of a file, in milliseconds since the epoch. */
interface FileTimes {
  readonly mtimeMs: number
  readonly ctimeMs: number
}

/** Whether a file, listed at that time (milliseconds since the epoch), cannot have changed since without a trace. */
export function isSettled(file: FileTimes, listedAt: number): boolean {
  const settled = listedAt - CLOCK_STEP
  return file.mtimeMs <= settled && file.ctimeMs <= settled
}

/** What was recorded, unless it is not there or not JSON. */
export async function readRecord(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Replaces a record whole. Not made durable: what is lost or torn is only found out anew. */
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

/** Removes the records of projects beyond the bounds. */
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

/** Names of the files to remove: all of the projects touched longest ago, and what was left behind. */
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
