/** Stores unsaved manifests in the state folder, so that a crash of a window or host does not lose them. */
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { t } from '#shared/language.ts'
import { Draft } from '#shared/project.ts'
import { setAside } from '../files/damaged.ts'
import { fileError, replaceFile } from '../files/files.ts'
import { sealed, unsealed } from '../files/sealed.ts'
import type { FileLocks } from '../ports.ts'

/** Limit of stored drafts; the newest are kept. */
const KEPT = 50

const Kept = Draft.extend({ path: z.string() })

export interface Drafts {
  /** Undefined if there is none. A damaged draft is set aside. */
  read(path: string): Promise<Draft | undefined>
  /** Stores or removes the draft of a project. Calls for one project take effect in order. */
  keep(path: string, draft: Draft | undefined): Promise<void>
}

export function createDrafts(stateFolder: string, locks: FileLocks): Drafts {
  const folder = join(stateFolder, 'drafts')
  const fileOf = (path: string) =>
    join(folder, `${createHash('sha256').update(resolve(path)).digest('hex')}.json`)

  async function write(path: string, draft: Draft | undefined): Promise<void> {
    if (draft === undefined) {
      await rm(fileOf(path), { force: true }).catch(error => {
        throw fileError(error, t`The unsaved text could not be discarded`)
      })
      return
    }
    const kept: z.infer<typeof Kept> = { path: resolve(path), ...draft }
    await replaceFile(fileOf(path), sealed(JSON.stringify(kept)), { mode: 0o600 })
    await forgetOldest(folder)
  }

  return {
    async read(path) {
      const text = await readFile(fileOf(path), 'utf8').catch(error => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw fileError(error, t`The unsaved text of ${path} could not be read`)
      })
      if (text === undefined) return undefined
      try {
        const { path: of, ...draft } = Kept.parse(JSON.parse(unsealed(text)))
        return of === resolve(path) ? draft : undefined
      } catch {
        await setAside(fileOf(path))
        return undefined
      }
    },
    // One lock for the whole folder, so that a draft just written is not removed as the oldest.
    keep: (path, draft) => locks.hold(folder, () => write(path, draft))
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.json'))
  if (names.length <= KEPT) return
  const aged = await Promise.all(
    names.map(async name => ({
      name,
      at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0
    }))
  )
  for (const { name } of aged.sort((a, b) => b.at - a.at).slice(KEPT)) {
    await rm(join(folder, name), { force: true })
  }
}
