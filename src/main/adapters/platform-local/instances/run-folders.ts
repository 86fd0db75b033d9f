/** Prepares run folders for the next run, no matter what an app did to its own folder. */
import { chmodSync, renameSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { removeTree } from '../../remove-tree.ts'

/** What the next run reuses, and its required type. The launcher and the engine create everything else again. */
const KEPT: Readonly<Record<string, 'folder' | 'file'>> = { log: 'folder', wave: 'folder', children: 'file' }

/**
 * Moves the last run's state away at once, even if it is not a file; `clearRunFolder` removes it. Does nothing if there
 * is none.
 */
export function discardState(folder: string): void {
  try {
    chmodSync(folder, 0o700)
    renameSync(join(folder, 'state.json'), join(folder, `state.json.${process.pid}.old`))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Call this while nothing of the instance runs. */
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
