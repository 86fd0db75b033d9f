/** Receives folders and bundles dropped into a browser: files arrive in pieces and become a copy on this computer. */
import { randomUUID } from 'node:crypto'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isBundlePath } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { fileError, makeFolder } from '../files/files.ts'

const MAX_BYTES = 2 * 1024 ** 3
const MAX_FILES = 50_000
const STAGING = '.drop-'
/** Milliseconds after which a drop cannot still be in progress: its host was killed. */
const BROKEN_OFF = 24 * 3_600_000

export interface Drops {
  begin(name: string): Promise<{ dropId: string }>
  /** `path` is relative, with forward slashes; the pieces of a file come in order. */
  file(input: { dropId: string; path: string; offset: number; data: Blob }): Promise<void>
  /** The place of the complete copy. */
  end(dropId: string): Promise<{ path: string }>
  /** Removes drops that began but never ended. */
  close(): Promise<void>
}

interface Drop {
  readonly name: string
  readonly folder: string
  readonly files: Set<string>
  bytes: number
}

/** Copies go to `<folder>/<name>`, or to `<name>-2` and so on if that exists. */
export function createDrops(folder: string): Drops {
  const drops = new Map<string, Drop>()

  function find(dropId: string): Drop {
    const drop = drops.get(dropId)
    if (!drop)
      throw new AppError('NOT_FOUND', t`This drop has ended or never began.`, t`Drop the folder again.`)
    return drop
  }

  async function append(drop: Drop, path: string, offset: number, data: Blob) {
    drop.files.add(path)
    drop.bytes += data.size
    if (drop.bytes > MAX_BYTES || drop.files.size > MAX_FILES) {
      throw new AppError(
        'INVALID',
        t`The dropped folder is larger than ${MAX_BYTES / 1024 ** 3} GiB or has more than ${MAX_FILES}
          files.`,
        t`Open it by its path on the computer that runs q8s instead.`
      )
    }
    const target = join(drop.folder, ...path.split('/'))
    await makeFolder(dirname(target))
    const file = await open(target, offset === 0 ? 'w' : 'r+')
    try {
      const { size } = await file.stat()
      if (size !== offset)
        throw new AppError('CONFLICT', t`A piece of ${path} is missing.`, t`Drop the folder again.`)
      const bytes = new Uint8Array(await data.arrayBuffer())
      // A disk that becomes full may write only a part without an error.
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten
      }
    } finally {
      await file.close()
    }
  }

  return {
    async begin(name) {
      const dropId = randomUUID()
      const staging = join(folder, `${STAGING}${dropId}`)
      await removeBrokenOff(folder)
      await makeFolder(staging).catch(error => {
        throw fileError(error, t`${staging} could not be made`)
      })
      drops.set(dropId, { name: safeName(name), folder: staging, files: new Set(), bytes: 0 })
      return { dropId }
    },
    async file({ dropId, path, offset, data }) {
      const drop = find(dropId)
      try {
        await append(drop, safePath(path), offset, data)
      } catch (error) {
        drops.delete(dropId)
        await rm(drop.folder, { recursive: true, force: true })
        throw fileError(error, t`${path} could not be written`)
      }
    },
    async end(dropId) {
      const drop = find(dropId)
      drops.delete(dropId)
      const only = [...drop.files]
      const bundle = only.length === 1 && only[0] === drop.name && isBundlePath(drop.name)
      const target = await freePath(folder, drop.name)
      await rename(bundle ? join(drop.folder, drop.name) : drop.folder, target)
      if (bundle) await rm(drop.folder, { recursive: true, force: true })
      return { path: target }
    },
    async close() {
      for (const drop of drops.values()) await rm(drop.folder, { recursive: true, force: true })
      drops.clear()
    }
  }
}

/** A drop that cannot be removed now is tried again at the next drop. */
async function removeBrokenOff(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter(other => other.startsWith(STAGING))) {
    const path = join(folder, name)
    const info = await stat(path).catch(() => undefined)
    if (info && Date.now() - info.mtimeMs > BROKEN_OFF)
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Returns a name that is valid on every system; other names are refused, not changed. */
function safeName(name: string): string {
  if (name !== basename(name) || !isSafePart(name)) {
    throw new AppError(
      'INVALID',
      t`"${name}" cannot be the name of a folder here.`,
      t`Rename it, then drop it again.`
    )
  }
  return name
}

function safePath(path: string): string {
  if (path.split('/').every(isSafePart)) return path
  throw new AppError(
    'INVALID',
    t`The path "${path}" would leave the folder, or is not valid here.`,
    t`Rename it.`
  )
}

function isSafePart(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !/[\\/:*?"<>|\u0000-\u001f]/.test(part)
}

async function freePath(folder: string, name: string): Promise<string> {
  const dot = isBundlePath(name) ? name.lastIndexOf('.') : name.length
  const [stem, ending] = [name.slice(0, dot), name.slice(dot)]
  const taken = new Set((await readdir(folder)).map(other => other.toLowerCase()))
  for (let n = 1; ; n++) {
    const candidate = (n === 1 ? stem : `${stem}-${n}`) + ending
    if (taken.has(candidate.toLowerCase())) continue
    const path = join(folder, candidate)
    if (
      await stat(path).then(
        () => false,
        () => true
      )
    )
      return path
  }
}
