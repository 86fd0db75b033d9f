/** Limits the paths a page may name to those the user chose and all below them. A hijacked page gets no more. */
import { realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

export interface GivenPaths {
  /** Records a path that the user chose outside the page: in a dialog, by a drop or by a double click. */
  give(path: string): void
  /** FORBIDDEN unless the path was given or is known, or is inside a folder that is. */
  require(path: string): Promise<void>
}

/** Limit of remembered paths, for given and for allowed ones. The newest are kept. */
const MOST = 1_000

/** `known` returns the folders that are always allowed: projects opened before, and the host's own folders. */
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

/** The path with all links resolved; works also if the end of the path does not exist yet. */
async function realPath(path: string): Promise<string> {
  const absolute = resolve(path)
  try {
    return await realpath(absolute)
  } catch {
    const parent = dirname(absolute)
    return parent === absolute ? absolute : join(await realPath(parent), basename(absolute))
  }
}
