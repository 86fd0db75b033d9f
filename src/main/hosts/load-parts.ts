/** Loads the parts of the program that would load late, while their files can still be opened. */
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

/** Packages that are otherwise loaded late. */
const PACKAGES = ['libsql', 'dockerode', 'tar-stream', 'archiver', 'keytar']

/**
 * For long-running hosts, called once they serve. Node never retries a module that it could not open, so a moment with
 * too many open files would disable that part until the next start. A part that cannot be loaded here reports it when
 * it is used.
 */
export async function loadParts(signal: AbortSignal | undefined): Promise<void> {
  for (const name of await parts().catch(() => [])) {
    if (signal?.aborted) return
    await import(/* @vite-ignore */ name).catch(() => undefined)
    // Let requests that arrived go first.
    await turn()
  }
}

/** Includes the built files of this program, of which this is one; empty if the program runs from its sources. */
async function parts(): Promise<string[]> {
  const folder = import.meta.dirname
  if (basename(folder) !== 'chunks') return []
  const own = (await readdir(folder)).filter(name => name.endsWith('.js'))
  return [...PACKAGES, ...own.map(name => pathToFileURL(join(folder, name)).href)]
}
