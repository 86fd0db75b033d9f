/** Safe file I/O: atomic writes; opens without following links or blocking on pipes. */
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { removeLeftBeside, temporaryBeside } from './temporary.ts'

/** Flags that do not follow a link or wait for the other end of a pipe. Windows has no such flags. */
const UNBLOCKED = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
const PLAIN = UNBLOCKED | (constants.O_NOFOLLOW ?? 0)
const NO_PLAIN_FILE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENXIO'])

export interface PlainOptions {
  /**
   * Follows a link, which must lead to a plain file. For paths whose links were checked, or that belong to the user.
   */
  readonly follow?: boolean
}

/** Opens a file for reading where an app may write. Undefined if it does not exist, or is a link, pipe or device. */
export async function openPlain(
  path: string,
  { follow }: PlainOptions = {}
): Promise<FileHandle | undefined> {
  const file = await open(path, follow ? UNBLOCKED : PLAIN).catch(error => {
    if (NO_PLAIN_FILE.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  })
  if (!file || (await file.stat()).isFile()) return file
  await file.close()
  return undefined
}

/**
 * All bytes of a plain file. Throws INVALID if it is larger than `maxBytes`, and for a link, folder, pipe or device,
 * without reading or blocking. Throws NOT_FOUND if it does not exist, FORBIDDEN if it may not be read.
 */
export async function readPlain(path: string, maxBytes: number, options?: PlainOptions): Promise<Buffer> {
  const what = t`${path} could not be read`
  try {
    const file = await openPlain(path, options)
    if (!file) {
      await lstat(path)
      throw new AppError('INVALID', t`${what}: it is not a plain file.`, t`Put the file itself there.`)
    }
    try {
      const { size } = await file.stat()
      if (size > maxBytes) {
        const problem = t`${what}: it has ${size} bytes, and at most ${maxBytes} are read.`
        throw new AppError('INVALID', problem, t`Make it smaller.`)
      }
      return await readUpTo(file, size)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fileError(error, what)
  }
}

/** Reads no more than this size, even if the file grows during the read. */
async function readUpTo(file: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size)
  let filled = 0
  while (filled < size) {
    const { bytesRead } = await file.read(bytes, filled, size - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

export interface ReplaceOptions {
  /** The file's mode, regardless of the umask. */
  readonly mode?: number | undefined
  /**
   * Called after everything is written, just before the rename. Throws if the file is no longer the one that the new
   * content is based on. A program that does not use our locks can still change it between the two system calls.
   */
  readonly check?: (() => Promise<void>) | undefined
}

/**
 * Replaces a file as a whole: it has either the old content or the new one, never a part. The new content is read back
 * and compared before it replaces the old one. A folder created for the file is accessible only to its owner.
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  { mode, check }: ReplaceOptions = {}
): Promise<void> {
  const folder = dirname(path)
  const temporary = temporaryBeside(path)
  try {
    await makeFolder(folder, 0o700)
    const file = await open(temporary, 'wx+', mode ?? 0o644)
    try {
      // Some file systems do not support modes.
      if (mode !== undefined) await file.chmod(mode).catch(() => undefined)
      await file.writeFile(content)
      await file.sync()
      await compare(file, Buffer.from(content), path)
    } finally {
      await file.close()
    }
    await check?.()
    await rename(temporary, path)
    await syncFolder(folder)
    await removeLeftBeside(path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw fileError(error, t`${path} could not be written`)
  }
}

/** Reads the file from its beginning and compares it with what was written. */
async function compare(file: FileHandle, written: Buffer, path: string): Promise<void> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(written.length + 1), 0, written.length + 1, 0)
  if (written.equals(buffer.subarray(0, bytesRead))) return
  throw new AppError(
    'UNAVAILABLE',
    t`${path} could not be written: what was read back is not what was written.`,
    t`What was there before is untouched. Check the disk, or the share it is on, then try again.`
  )
}

/**
 * The same for a user's file: keeps its permissions, and keeps a link that stays within the folder. A link out of the
 * folder could lead anywhere, so nothing is written through it: the new file replaces the link.
 */
export async function rewriteFile(
  path: string,
  content: string | Uint8Array,
  check?: () => Promise<void>
): Promise<void> {
  const target = await withinFolder(path).catch(() => path)
  const before = await stat(target).catch(() => undefined)
  await replaceFile(target, content, { mode: before && before.mode & 0o777, check })
}

async function withinFolder(path: string): Promise<string> {
  const [folder, target] = await Promise.all([realpath(dirname(path)), realpath(path)])
  return target.startsWith(`${folder}${sep}`) ? target : path
}

/** INVALID if the path is something other than a file: a rename would replace a device or a pipe, too. */
export async function refuseOther(path: string, what: string): Promise<void> {
  const there = await stat(path).catch(() => undefined)
  if (!there || there.isFile()) return
  const found = there.isDirectory()
    ? t`there is a folder of that name`
    : t`it is a device or a pipe, and no file`
  throw new AppError('INVALID', `${what}: ${found}.`, t`Choose another name.`)
}

/** Writes a stream to a file for its owner only; the file appears only when it is complete. */
export async function writeWhole(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  signal?: AbortSignal
): Promise<void> {
  const what = t`${path} could not be written`
  await refuseOther(path, what)
  const temporary = temporaryBeside(path)
  try {
    const file = await open(temporary, 'wx', 0o600)
    await pipeline(bytes, file.createWriteStream({ flush: true }), signal ? { signal } : {})
    await rename(temporary, path)
    await syncFolder(dirname(path))
    await removeLeftBeside(path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw fileError(error, what)
  }
}

/**
 * Makes a folder and its parents, one by one. Node's recursive mkdir reports a read-only file system, or one without
 * room for another file, as a missing folder. Where no folder can be made, as in /proc, it never returns.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  if (await isFolder(path)) return
  if (dirname(path) !== path) await makeFolder(dirname(path), mode)
  await mkdir(path, mode).catch(async error => {
    // Another process may have made it at the same time.
    if (!(await isFolder(path))) throw error
  })
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false
}

/** Syncs a folder, so that a rename or new file in it lasts. Windows has no such call and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Turns errors of file calls into AppErrors; `what` describes what failed, without a full stop. */
export function fileError(error: unknown, what: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('UNAVAILABLE', t`${what}: the disk is full.`, t`Free some space, then try again.`, {
        cause: error
      })
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'FORBIDDEN',
        t`${what}: permission denied.`,
        t`Check who owns the folder and its permissions.`,
        { cause: error }
      )
    case 'EROFS':
      return new AppError(
        'FORBIDDEN',
        t`${what}: the file system is read-only.`,
        t`Choose a folder you can write to; what q8s keeps itself goes where Q8S_HOME says.`,
        { cause: error }
      )
    case 'ENOENT':
      return new AppError('NOT_FOUND', t`${what}: there is no such file or folder.`, t`Check the path.`, {
        cause: error
      })
    case 'ENOTDIR':
      return new AppError('INVALID', t`${what}: a part of the path is not a folder.`, t`Check the path.`, {
        cause: error
      })
    case 'EISDIR':
      return new AppError('INVALID', t`${what}: it is a folder.`, t`Name a file.`, { cause: error })
    case 'ENAMETOOLONG':
      return new AppError(
        'INVALID',
        t`${what}: its name is too long for this system.`,
        t`Choose a shorter one.`,
        {
          cause: error
        }
      )
    case 'ELOOP':
      return new AppError('INVALID', t`${what}: its links lead in a circle.`, t`Check the path.`, {
        cause: error
      })
    default:
      return error
  }
}
