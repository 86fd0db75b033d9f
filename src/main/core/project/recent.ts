/** The list of recently opened projects: a small file in the state folder, newest first, bounded. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { fileError, replaceFile } from '../files.ts'
import { createOrder } from '../turns.ts'

const KEPT = 50

const Entry = z.object({ path: z.string(), openedAt: z.string() })
export type RecentEntry = z.infer<typeof Entry>

export interface RecentProjects {
  list(): Promise<readonly RecentEntry[]>
  add(path: string): Promise<RecentEntry>
  forget(path: string): Promise<void>
}

export function createRecentProjects(
  stateFolder: string,
  now: () => Date = () => new Date()
): RecentProjects {
  const file = join(stateFolder, 'projects.json')
  const inOrder = createOrder()

  /** A damaged list is an empty one: it is a convenience, and the folders themselves are safe. */
  async function list(): Promise<readonly RecentEntry[]> {
    try {
      return z.array(Entry).parse(JSON.parse(await readFile(file, 'utf8')))
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError) return []
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw fileError(error, 'The list of recent projects could not be read')
    }
  }

  async function replace(entries: readonly RecentEntry[]) {
    await replaceFile(file, `${JSON.stringify(entries.slice(0, KEPT), null, 2)}\n`)
  }

  return {
    list,
    add: path =>
      inOrder(async () => {
        const entry = { path, openedAt: now().toISOString() }
        await replace([entry, ...(await list()).filter(other => other.path !== path)])
        return entry
      }),
    forget: path => inOrder(async () => replace((await list()).filter(other => other.path !== path)))
  }
}
