/** Loads the parts of the program that are loaded late, while their files can still be opened. */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

/** Packages that are loaded late. */
const PACKAGES = ['libsql', 'dockerode', 'tar-stream', 'archiver', 'keytar']

/**
 * For a host that lasts, once it serves: Node never tries again to load what it once could not open, so a moment with
 * too many open files would take a part away until the next start. What cannot be loaded says so when it is used.
 */
export async function loadParts(signal: AbortSignal | undefined): Promise<void> {
  for (const name of await parts().catch(() => [])) {
    if (signal?.aborted) return
    await import(/* @vite-ignore */ name).catch(() => undefined)
    // Requests that came in the meantime go first.
    await turn()
  }
}

/** Also the files the build made of this program, of which this is one; nothing where it runs from its sources. */
async function parts(): Promise<string[]> {
  const folder = import.meta.dirname
  if (basename(folder) !== 'chunks') return []
  const own = (await readdir(folder)).filter(name => name.endsWith('.js'))
  return [...PACKAGES, ...own.map(name => pathToFileURL(join(folder, name)).href)]
}
