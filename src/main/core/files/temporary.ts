/** Temporary files: what will be at a path is made beside it first; what a killed writer left there is removed by its age. */
import { randomBytes } from 'node:crypto'
import { lstat, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Milliseconds without a change after which no writer is still at a temporary file. */
const LEFT_BEHIND = 24 * 60 * 60 * 1000
const TEMPORARY = /^\.(.+)\.[0-9a-f]{12}\.tmp$/s

/** Where what will be at `path` is made: in the same folder, so that a rename moves it there. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
}

/** Whether a file or folder of that name is a temporary one of ours. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name)
}

/** Whether a temporary file that changed last at that time (milliseconds since the epoch) has no writer any more. */
export function isLeftBehind(modifiedMs: number, now = Date.now()): boolean {
  return now - modifiedMs > LEFT_BEHIND
}

/** Removes what killed writers of `path` left beside it. What cannot be removed stays, until the next time. */
export async function removeLeftBeside(path: string): Promise<void> {
  const target = basename(path)
  await removeLeftBehind(dirname(path), name => TEMPORARY.exec(name)?.[1] === target)
}

/** Removes what killed writers left in these folders, not in those below them. */
export async function sweepTemporaries(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await removeLeftBehind(folder, isTemporary)
}

async function removeLeftBehind(folder: string, isMeant: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter(isMeant)) {
    const path = join(folder, name)
    const info = await lstat(path).catch(() => undefined)
    if (!info || !isLeftBehind(info.mtimeMs)) continue
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}
