/** Readies run folders for the next run: whatever an app made of its own is no hindrance to it. */
import { chmodSync, renameSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '../../remove-tree.ts'

/** What the next run goes on with, and what it has to be; the launcher and the engine make all else again. */
const KEPT: Readonly<Record<string, 'folder' | 'file'>> = { log: 'folder', wave: 'folder', children: 'file' }

/**
 * Takes the last run's state away, at once, whatever is there by that name; `clearRunFolder` removes it. Fine where
 * there is none.
 */
export function discardState(folder: string): void {
  try {
    chmodSync(folder, 0o700)
    renameSync(join(folder, 'state.json'), join(folder, `state.json.${process.pid}.old`))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** To be called while nothing of the instance runs. */
export async function clearRunFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(error => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const entry of entries) {
    const kept = KEPT[entry.name]
    if (kept === 'folder' ? entry.isDirectory() : kept === 'file' && entry.isFile()) continue
    await removeTree(join(folder, entry.name))
  }
}
