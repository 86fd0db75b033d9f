/** The list of recent projects: a small, limited file in the state folder; pinned ones first, then newest first. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { MAX_PINNED } from '#shared/project.ts'
import { setAside } from '../files/damaged.ts'
import { fileError, replaceFile } from '../files/files.ts'
import { sealed, unsealed } from '../files/sealed.ts'
import type { FileLocks } from '../ports.ts'

/** Limit of projects that are not pinned. */
const KEPT = 50

const Entry = z.object({ path: z.string(), openedAt: z.string(), pinned: z.boolean().default(false) })
export type RecentEntry = z.infer<typeof Entry>

export interface RecentProjects {
  list(): Promise<readonly RecentEntry[]>
  /** If the list cannot be written, as in a read-only home, the project is still opened. */
  add(path: string): Promise<RecentEntry>
  /** Pins it after the other pinned projects, or unpins it as if just opened. NOT_FOUND if it is not in the list. */
  pin(path: string, pinned: boolean): Promise<void>
  forget(path: string): Promise<void>
}

export function createRecentProjects(
  stateFolder: string,
  locks: FileLocks,
  now: () => Date = () => new Date()
): RecentProjects {
  const file = join(stateFolder, 'projects.json')
  const inOrder = <T>(work: () => Promise<T>) => locks.hold(file, work)

  /** A damaged list counts as empty and is set aside: it is only a convenience, and the projects' folders are safe. */
  async function list(): Promise<readonly RecentEntry[]> {
    try {
      return z.array(Entry).parse(JSON.parse(unsealed(await readFile(file, 'utf8'))))
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError) {
        await setAside(file)
        return []
      }
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw fileError(error, t`The list of recent projects could not be read`)
    }
  }

  /** Pinned projects keep the order in which they were pinned. */
  async function replace(entries: readonly RecentEntry[]) {
    const pinned = entries.filter(entry => entry.pinned).slice(0, MAX_PINNED)
    const others = entries.filter(entry => !entry.pinned).slice(0, KEPT)
    await replaceFile(file, sealed(JSON.stringify([...pinned, ...others], null, 2)))
  }

  return {
    list,
    add: path =>
      inOrder(async () => {
        const before = await list()
        const pinned = before.find(other => other.path === path)?.pinned ?? false
        const entry = { path, openedAt: now().toISOString(), pinned }
        const next = pinned
          ? before.map(other => (other.path === path ? entry : other))
          : [entry, ...before.filter(other => other.path !== path)]
        await replace(next)
        return entry
      }).catch(error => {
        if (error instanceof AppError) return { path, openedAt: now().toISOString(), pinned: false }
        throw error
      }),
    pin: (path, pinned) =>
      inOrder(async () => {
        const before = await list()
        const known = before.find(entry => entry.path === path)
        if (!known)
          throw new AppError('NOT_FOUND', t`${path} is not a project that was opened.`, t`Open it first.`)
        if (known.pinned === pinned) return
        if (pinned && before.filter(entry => entry.pinned).length >= MAX_PINNED) {
          throw new AppError(
            'CONFLICT',
            t`${MAX_PINNED} projects are pinned, and no more can be.`,
            t`Unpin one first.`
          )
        }
        const [others, entry] = [before.filter(other => other !== known), { ...known, pinned }]
        await replace(pinned ? [...others, entry] : [entry, ...others])
      }),
    forget: path => inOrder(async () => replace((await list()).filter(other => other.path !== path)))
  }
}
