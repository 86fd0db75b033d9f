/** Temporary files: new content is made beside its final path; old files left by killed writers are removed. */
import { randomBytes } from 'node:crypto'
import { lstat, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Milliseconds without a change after which no process still writes a temporary file. */
const LEFT_BEHIND = 24 * 60 * 60 * 1000
const TEMPORARY = /^\.(.+)\.[0-9a-f]{12}\.tmp$/s

/** A temporary path for the new content of `path`, in the same folder, so that a rename puts it in place. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`)
}

/** Whether a file or folder with that name is one of our temporary files. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name)
}

/** Whether a temporary file last changed at that time (milliseconds since the epoch) has no writer any more. */
export function isLeftBehind(modifiedMs: number, now = Date.now()): boolean {
  return now - modifiedMs > LEFT_BEHIND
}

/** Removes what killed writers of `path` left beside it. What cannot be removed stays until the next time. */
export async function removeLeftBeside(path: string): Promise<void> {
  const target = basename(path)
  await removeLeftBehind(dirname(path), name => TEMPORARY.exec(name)?.[1] === target)
}

/** Removes what killed writers left in these folders, but not in their sub-folders. */
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
