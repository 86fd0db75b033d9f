/** Removes any folder an untrusted app made: nested too deeply, unreadable, protected, or with odd bytes in names. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, lstat, opendir, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { promisify } from 'node:util'
import { fileError } from '#core/files/files.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

const run = promisify(execFile)

/** Names are bytes if the file system allows any bytes. On Windows they are text, and long paths only work as text. */
const NAMES = (process.platform === 'win32' ? 'utf8' : 'buffer') as 'utf8'
type Path = string | Buffer

/** Commands that clear the flags that protect files from their own owner. Neither follows links. */
const UNPROTECT: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['chflags', '-RP', 'nouchg,nouappnd'],
  linux: ['chattr', '-R', '-f', '-i', '-a']
}

/**
 * Removes a folder or file and its contents; does nothing if it does not exist. Follows no links. UNAVAILABLE if
 * something in it is in use, FORBIDDEN if a part belongs to another user; everything that could be removed is gone
 * then.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch {
    // If Node cannot remove it in one call, remove it piece by piece.
    await dismantle(path).catch(error => {
      throw removalError(error, path)
    })
  }
}

/**
 * Node has no call that works relative to an open folder, so paths must stay short: each folder is moved up into the
 * root before it is emptied. No path becomes longer than that, and nothing recurses.
 */
async function dismantle(root: string): Promise<void> {
  const info = await lstat(root).catch(() => undefined)
  if (!info) return
  if (!info.isDirectory()) return unlink(root)
  const prefix = `.q8s-${randomBytes(6).toString('hex')}-`
  const waiting: string[] = []
  let count = 0

  /** Empties a folder once. True if anything was in it. */
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

  /** Some file systems skip entries while others are removed: if that happens, the folder is read again. */
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

/** Runs `act`. If that is not permitted, gives the owner all rights on those folders and tries once more. */
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
  // On Linux only root may do this. If it does not help, the next attempt reports why.
  await run(command, [...words, folder]).catch(() => undefined)
}

/** Turns any error of a removal into a message about the removal. */
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
