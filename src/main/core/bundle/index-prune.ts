/** Keeps the records of last bundles within bounds: the projects bundled last, and so many bytes of their bundles. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const MAX_PROJECTS = 16
const MAX_BYTES = 8 * 1024 ** 3
/** Milliseconds after which a temporary file is one that was left behind. */
const STALE = 24 * 60 * 60 * 1000

interface Kept {
  readonly name: string
  readonly size: number
  readonly modified: number
}

export async function pruneIndexes(cacheFolder: string): Promise<void> {
  const files: Kept[] = []
  for (const name of await readdir(cacheFolder)) {
    const stats = await stat(join(cacheFolder, name)).catch(() => undefined)
    if (stats?.isFile()) files.push({ name, size: stats.size, modified: stats.mtimeMs })
  }
  for (const name of surplus(files, Date.now())) {
    await rm(join(cacheFolder, name), { force: true }).catch(() => undefined)
  }
}

/** Names of the files to remove. */
export function surplus(files: readonly Kept[], now: number): string[] {
  const indexes = files.filter(({ name }) => name.endsWith('.json')).sort((a, b) => b.modified - a.modified)
  const sizes = new Map(files.map(({ name, size }) => [name, size]))
  const kept = new Set<string>()
  let bytes = 0
  for (const { name } of indexes.slice(0, MAX_PROJECTS)) {
    const bundle = name.replace(/json$/, 'qz')
    bytes += sizes.get(bundle) ?? 0
    if (bytes > MAX_BYTES && kept.size > 0) break
    kept.add(name).add(bundle)
  }
  return files
    .filter(({ name, modified }) => {
      if (name.endsWith('.tmp')) return now - modified > STALE
      return /^[0-9a-f]{32}\.(json|qz)$/.test(name) && !kept.has(name)
    })
    .map(({ name }) => name)
}
