/** Which paths of this computer a page may name: those its user chose, and what is in them. A page that was taken over chooses none. */
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

export interface GivenPaths {
  /** The user chose it, in a window that is not the page: a dialog, a drop, a double click. */
  give(path: string): void
  /** FORBIDDEN for a path that is neither given nor known, nor in a folder that is. */
  require(path: string): Promise<void>
}

/** The newest that are remembered, of those given and of those let through. */
const MOST = 1_000

/** `known` are the folders that need not be given again: projects opened before, and the host's own. */
export function createGivenPaths(known: () => Promise<readonly string[]>): GivenPaths {
  const given = new Set<string>()
  const passed = new Set<string>()
  return {
    give: path => addTo(given, resolve(path)),
    async require(path) {
      const absolute = resolve(path)
      if (passed.has(absolute)) return
      const roots = await Promise.all([...given, ...(await known())].map(realPath))
      const wanted = await realPath(absolute)
      if (!roots.some(root => isWithin(root, wanted))) {
        throw new AppError(
          'FORBIDDEN',
          t`${path} was not chosen in this app.`,
          t`Open it with "Open folder", or drop it on the window.`
        )
      }
      addTo(passed, absolute)
    }
  }
}

function addTo(set: Set<string>, path: string): void {
  set.delete(path)
  set.add(path)
  const [oldest] = set
  if (set.size > MOST && oldest !== undefined) set.delete(oldest)
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

/** Without links, also of a path whose end is not there yet. */
async function realPath(path: string): Promise<string> {
  const absolute = resolve(path)
  try {
    return await realpath(absolute)
  } catch {
    const parent = dirname(absolute)
    return parent === absolute ? absolute : join(await realPath(parent), basename(absolute))
  }
}
