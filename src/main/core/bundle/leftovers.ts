/** Bundling's files in the cache: records that make the next bundle faster, and bundles from interrupted jobs. */
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { t } from '#shared/language.ts'
import type { Leftover } from '#shared/upkeep.ts'
import { fileError } from '../files/files.ts'
import { isLeftBehind, isTemporary } from '../files/temporary.ts'
import type { LeftoverPlace } from '../ports.ts'

export interface BundleFolders {
  /** Bundles that are being made, each until its job ends. */
  readonly temporary: string
  /** Records of projects. */
  readonly index: string
}

/** A complete bundle that waits for its import; its name is a UUID. */
const WHOLE = /^[0-9a-f-]{36}\.qz$/
const CACHE = 'cache'

interface Found {
  readonly path: string
  readonly name: string
  readonly size: number
  readonly modified: Date
}

export function bundleCachePlace({ temporary, index }: BundleFolders): LeftoverPlace {
  const brokenOff = async () =>
    (await filesOf(temporary)).filter(it => (WHOLE.test(it.name) || isTemporary(it.name)) && isSettled(it))
  // A recent temporary file belongs to a running job.
  const records = async () => (await filesOf(index)).filter(it => !isTemporary(it.name) || isSettled(it))

  return {
    get name() {
      return t`kept bundles`
    },
    async list() {
      const cache = await records()
      return [
        ...(await brokenOff()).map(brokenOffLeftover),
        ...(cache.length > 0 ? [cacheLeftover(cache)] : [])
      ]
    },
    async remove(id) {
      const going = id === CACHE ? await records() : (await brokenOff()).filter(({ name }) => name === id)
      for (const { path } of going) {
        await rm(path, { force: true }).catch(error => {
          throw fileError(error, t`${path} could not be removed`)
        })
      }
    }
  }
}

function brokenOffLeftover({ name, size, modified }: Found): Leftover {
  const known = { id: name, kind: 'bundle', title: t`Bundle that was broken off` } as const
  return { ...known, size, usedAt: modified.toISOString(), proposed: true }
}

function cacheLeftover(files: readonly Found[]): Leftover {
  const newest = files.reduce((last, { modified }) => Math.max(last, modified.getTime()), 0)
  return {
    id: CACHE,
    kind: 'bundle-cache',
    title: t`Last bundle of each project`,
    size: files.reduce((sum, { size }) => sum + size, 0),
    usedAt: new Date(newest).toISOString(),
    proposed: false
  }
}

/** A file with another hard link counts as 0 bytes, because removing it frees nothing. */
async function filesOf(folder: string): Promise<Found[]> {
  const found: Found[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const info = await lstat(path).catch(() => undefined)
    if (info?.isFile()) found.push({ path, name, size: info.nlink > 1 ? 0 : info.size, modified: info.mtime })
  }
  return found
}

function isSettled({ modified }: Found): boolean {
  return isLeftBehind(modified.getTime())
}
