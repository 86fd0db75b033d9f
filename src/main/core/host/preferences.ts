/** Window preferences that survive restarts: a JSON file per name in the state folder, for all hosts of the user. */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { createKeyedQueue } from '../async/queue.ts'
import { setAside } from '../files/damaged.ts'
import { fileError, makeFolder, replaceFile } from '../files/files.ts'
import { sealed, unsealed } from '../files/sealed.ts'
import type { FileLocks } from '../ports.ts'

/** Limit of files. Beyond it, those written longest ago are removed: their windows will probably not come back. */
const KEPT_FILES = 32

export interface Kept {
  /** The text last stored under the name; undefined if there is none. A damaged file is set aside. */
  read(name: string): Promise<string | undefined>
  /** INVALID for text that is not JSON. The caller limits names and sizes. */
  write(name: string, text: string): Promise<void>
}

export function createKept(stateFolder: string, locks: FileLocks): Kept {
  const folder = join(stateFolder, 'windows')
  // After a reload, a window reads what it wrote a moment before.
  const inOrder = createKeyedQueue()

  async function forgetOld(): Promise<void> {
    const names = (await readdir(folder)).filter(name => name.endsWith('.json'))
    if (names.length <= KEPT_FILES) return
    const files = await Promise.all(
      names.map(async name => ({
        path: join(folder, name),
        at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0
      }))
    )
    files.sort((a, b) => b.at - a.at)
    for (const { path } of files.slice(KEPT_FILES)) await rm(path, { force: true })
  }

  async function read(name: string): Promise<string | undefined> {
    try {
      const text = textOf(await readFile(join(folder, `${name}.json`), 'utf8'))
      if (text !== undefined) return text
      await setAside(join(folder, `${name}.json`))
      return undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw fileError(error, t`What the window keeps (${folder}) could not be read`)
    }
  }

  async function write(name: string, text: string): Promise<void> {
    if (!isJson(text)) throw new AppError('INVALID', t`What the window wants to keep is not JSON.`)
    await makeFolder(folder, 0o700).catch(error => {
      throw fileError(error, t`${folder} could not be made`)
    })
    // One lock for the whole folder, so that a file just written is not removed as the oldest.
    await locks.hold(folder, async () => {
      await replaceFile(join(folder, `${name}.json`), sealed(text), { mode: 0o600 })
      await forgetOld()
    })
  }

  return {
    read: name => inOrder(name, () => read(name)),
    write: (name, text) => inOrder(name, () => write(name, text))
  }
}

/** The stored text; undefined if it was changed from outside. */
function textOf(file: string): string | undefined {
  try {
    const text = unsealed(file)
    return isJson(text) ? text : undefined
  } catch {
    return undefined
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
