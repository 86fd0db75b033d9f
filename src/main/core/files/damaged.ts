/** Renames damaged files, so that nothing overwrites them; the diagnosis lists them until the user removes them. */
import { readdir, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'

const ASIDE = /\.damaged-\d{8}T\d{9}Z$/

/** The new name of a damaged file, in the same folder. */
export function asideName(path: string, now: Date = new Date()): string {
  return `${path}.damaged-${now.toISOString().replace(/[-:.]/g, '')}`
}

/** Renames a damaged file. If that fails, as in a read-only home, the file stays where it is. */
export async function setAside(path: string): Promise<void> {
  await rename(path, asideName(path)).catch(() => undefined)
}

/** The paths of the files set aside in these folders. */
export async function listAside(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async folder => {
      const names = await readdir(folder).catch(() => [])
      return names.filter(name => ASIDE.test(basename(name))).map(name => join(folder, name))
    })
  )
  return found.flat().sort()
}
