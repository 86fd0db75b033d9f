/** Removes a folder whatever an untrusted app made of it: nested too deeply for any path, unreadable, protected, named in odd bytes. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, lstat, opendir, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'
import { fileError } from '#core/files/files.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

const run = promisify(execFile)

/** Names are bytes where a file system takes any; on Windows they are text, and long paths are text only. */
const NAMES = (process.platform === 'win32' ? 'utf8' : 'buffer') as 'utf8'
type Path = string | Buffer

/** Commands that take the flags off which protect files from their own owner. Neither follows a link. */
const UNPROTECT: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['chflags', '-RP', 'nouchg,nouappnd'],
  linux: ['chattr', '-R', '-f', '-i', '-a']
}

/**
 * Removes a folder or file with all in it; fine where there is none. Follows no link. UNAVAILABLE when something in it
 * is in use, FORBIDDEN when a part belongs to another user; what could be removed is gone then.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch {
    // What Node cannot remove may still go, bit by bit.
    await dismantle(path).catch(error => {
      throw removalError(error, path)
    })
  }
}

/**
 * Node has no call that works in an open folder, so the depth has to go: each folder is moved up into the root before it
 * is emptied. No path gets longer than that, and nothing recurses.
 */
async function dismantle(root: string): Promise<void> {
  const info = await lstat(root).catch(() => undefined)
  if (!info) return
  if (!info.isDirectory()) return unlink(root)
  const prefix = `.q8s-${randomBytes(6).toString('hex')}-`
  const waiting: string[] = []
  let count = 0

  /** One pass over a folder; whether there was anything. */
  async function empty(folder: string): Promise<boolean> {
    let found = false
    for await (const entry of await unlocking([folder], () => opendir(folder, { encoding: NAMES }))) {
      const name: Path = entry.name
      if (name.toString().startsWith(prefix)) continue
      found = true
      const path = childOf(folder, name)
      if (!entry.isDirectory()) await unlocking([folder], () => unlink(path))
      else {
        const target = join(root, `${prefix}${count++}`)
        await unlocking([folder, path], () => rename(path, target))
        waiting.push(target)
      }
    }
    return found
  }

  /** Some file systems skip entries while others are removed: such a folder is read again. */
  async function remove(folder: string): Promise<void> {
    for (;;) {
      const found = await empty(folder)
      try {
        return await unlocking([root, folder], () => rmdir(folder))
      } catch (error) {
        if (!found) throw error
      }
    }
  }

  while (await empty(root));
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) await remove(folder)
  await remove(root)
}

function childOf(folder: string, name: Path): Path {
  return typeof name === 'string' ? join(folder, name) : Buffer.concat([Buffer.from(folder + sep), name])
}

/** Does it, and where it is not allowed once more after its owner was given every right on those folders. */
async function unlocking<T>(folders: readonly Path[], act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EACCES' && code !== 'EPERM') throw error
    if (code === 'EPERM') await unprotect(folders[0])
    for (const folder of folders) await chmod(folder, 0o700).catch(() => undefined)
    return act()
  }
}

async function unprotect(folder: Path | undefined): Promise<void> {
  const [command, ...words] = UNPROTECT[process.platform] ?? []
  if (command === undefined || typeof folder !== 'string') return
  // Only root may do it on Linux; where it does not help, the next attempt says why.
  await run(command, [...words, folder]).catch(() => undefined)
}

/** Whatever keeps something from being removed, as words about the removal. */
function removalError(error: unknown, path: string): unknown {
  const what = t`${path} could not be removed`
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'FORBIDDEN',
        t`${what}: something in it belongs to another user, or is protected.`,
        t`Remove it as that user or as an administrator.`,
        { cause: error }
      )
    case 'EBUSY':
    case 'ENOTEMPTY':
    case 'EEXIST':
    case 'EXDEV':
      return new AppError(
        'UNAVAILABLE',
        t`${what}: a program uses something in it, or a disk is mounted there.`,
        t`Close that program or unmount the disk, then try again.`,
        { cause: error }
      )
    case 'ENAMETOOLONG':
      return new AppError(
        'UNAVAILABLE',
        t`${what}: a name in it is longer than this system can handle.`,
        t`Remove it by hand.`,
        { cause: error }
      )
    default:
      return fileError(error, what)
  }
}
