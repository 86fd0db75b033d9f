/**
 * The backup file: a tar whose first entry describes it, and whose last entry has the SHA-256 of each other entry. A
 * restore reads it twice, the first time only to check that it is complete.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { Pack } from 'tar-stream'
import { z } from 'zod'
import { fileError } from '#core/files/files.ts'
import { AppError } from '#shared/errors.ts'

const HEAD = 'q8s-backup.json'
const SUMS = 'checksums.json'
const FORMAT = 1
/** Maximum bytes of each of the two JSON entries, which are read at once. */
const MAX_JSON = 64 * 1024 * 1024

export const BackupHead = z.object({
  format: z.int(),
  /** Version of the q8s that wrote it. */
  version: z.string(),
  createdAt: z.string(),
  /**
   * Where the key of the secrets is: in the backup, or in the keychain of the original computer. `none` if there is no
   * key.
   */
  key: z.enum(['none', 'included', 'keychain']),
  volumes: z.boolean()
})
export type BackupHead = z.infer<typeof BackupHead>

const Sums = z.object({ files: z.record(z.string(), z.string()) })

/** A file or folder to copy. `name` is its path in the archive, with slashes. */
export interface Source {
  readonly name: string
  readonly kind: 'file' | 'folder'
  /** A path, or the content. */
  readonly from: string | Uint8Array
  readonly mode: number
  /** SHA-256 that the content must have. */
  readonly sha256?: string
  /** May be deleted before it is copied, because it does not belong to q8s. */
  readonly isOptional?: boolean
}

export interface Entry {
  readonly name: string
  readonly kind: 'file' | 'folder'
  readonly mode: number
  readonly content: AsyncIterable<Uint8Array>
}

/** Writes the file, readable only by its owner. Returns the number of entries and bytes. */
export async function writeArchive(
  file: string,
  head: Omit<BackupHead, 'format'>,
  sources: AsyncIterable<Source>,
  signal: AbortSignal
): Promise<{ files: number; bytes: number }> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  const written = open(file, 'wx', 0o600).then(handle =>
    pipeline(archive, handle.createWriteStream({ flush: true }), { signal })
  )
  // Awaited below. Until then a failure must not end the process.
  written.catch(error => archive.destroy(error))
  const files: Record<string, string> = {}
  let bytes = 0
  try {
    files[HEAD] = (await addBytes(archive, HEAD, json({ format: FORMAT, ...head }))).sha256
    for await (const source of sources) {
      signal.throwIfAborted()
      const added = await add(archive, source).catch(error => {
        if (source.isOptional && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      })
      if (!added) continue
      if (source.sha256 !== undefined && source.sha256 !== added.sha256) throw notAsRecorded(source)
      files[source.name] = added.sha256
      bytes += added.size
    }
    await addBytes(archive, SUMS, json({ files }))
    archive.finalize()
  } catch (error) {
    archive.destroy()
    await written.catch(() => undefined)
    throw error
  }
  await written
  return { files: Object.keys(files).length - 1, bytes }
}

const json = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 1)}\n`)

function add(archive: Pack, { name, kind, from, mode }: Source) {
  if (kind === 'folder') return addFolder(archive, name, mode)
  return typeof from === 'string' ? addFile(archive, name, from, mode) : addBytes(archive, name, from, mode)
}

async function addBytes(archive: Pack, name: string, bytes: Uint8Array, mode = 0o600) {
  const entry = archive.entry({ name, size: bytes.length, mode, type: 'file' })
  await pipeline([bytes], entry)
  return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }
}

async function addFolder(archive: Pack, name: string, mode: number) {
  const entry = archive.entry({ name, size: 0, mode, type: 'directory' })
  await pipeline([], entry)
  return { sha256: '', size: 0 }
}

async function addFile(archive: Pack, name: string, path: string, mode: number) {
  const handle = await open(path, 'r')
  const hash = createHash('sha256')
  let left: number
  try {
    const { size } = await handle.stat()
    left = size
    const entry = archive.entry({ name, size, mode, type: 'file' })
    if (size > 0) {
      // Leave out bytes that are appended during the copy.
      const bytes = handle.createReadStream({ end: size - 1, autoClose: false })
      await pipeline(
        bytes,
        async function* (source: AsyncIterable<Buffer>) {
          for await (const piece of source) {
            hash.update(piece)
            left -= piece.length
            yield piece
          }
          if (left > 0) throw changed(path)
        },
        entry
      )
    } else await pipeline([], entry)
    return { sha256: hash.digest('hex'), size }
  } finally {
    await handle.close()
  }
}

function notAsRecorded({ from }: Source): AppError {
  return new AppError(
    'UNAVAILABLE',
    `The bundle ${from} is damaged: its bytes do not have the SHA-256 it is named after.`,
    'Remove its app (q8s-cli app remove), publish it again, then repeat the backup.'
  )
}

function changed(path: string): AppError {
  return new AppError('UNAVAILABLE', `${path} became shorter while it was copied.`, `Try again.`)
}

/**
 * Reads a complete backup and passes on each entry; its content must be read before the next entry, or not at all.
 * INVALID if it is not a backup, or is damaged or cut off; UNSUPPORTED if a newer version wrote it.
 */
export async function readArchive(
  file: string,
  onEntry: (entry: Entry, head: BackupHead) => Promise<void>,
  signal: AbortSignal
): Promise<BackupHead> {
  const { readTar } = await import('../engine-docker/tar-read.ts')
  const found: Record<string, string> = {}
  let head: BackupHead | undefined
  let sums: string | undefined
  try {
    for await (const entry of readTar(createReadStream(file, { signal }))) {
      const { kind, mode, content } = entry
      const name = entry.name.replace(/\/$/, '')
      if (sums !== undefined || found[name] !== undefined) throw damaged(file)
      const hash = createHash('sha256')
      const hashed = withHash(content, hash)
      if (head === undefined) {
        if (name !== HEAD) throw noBackup(file)
        head = headOf(await textOf(hashed, file), file)
      } else if (name === SUMS) sums = await textOf(hashed, file)
      else if (kind !== 'file' && kind !== 'folder') throw damaged(file)
      else await onEntry({ name, kind, mode, content: hashed }, head)
      for await (const _ of hashed);
      if (sums === undefined) found[name] = kind === 'folder' ? '' : hash.digest('hex')
    }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError && error.code !== 'INVALID') throw error
    // An error without a system code comes from the tar reader: the file is cut off, or is not a tar.
    if (typeof (error as NodeJS.ErrnoException).errno !== 'number')
      throw head ? damaged(file) : noBackup(file)
    throw fileError(error, `The backup ${file} could not be read`)
  }
  if (head === undefined) throw noBackup(file)
  const { data } = Sums.safeParse(parsed(sums ?? ''))
  if (!data || !sameEntries(data.files, found)) throw damaged(file)
  return head
}

async function* withHash(content: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const piece of content) {
    hash.update(piece)
    yield piece
  }
}

async function textOf(content: AsyncIterable<Uint8Array>, file: string): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of content) {
    size += piece.length
    if (size > MAX_JSON) throw damaged(file)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function headOf(text: string, file: string): BackupHead {
  const { data } = BackupHead.safeParse(parsed(text))
  if (!data) throw noBackup(file)
  if (data.format === FORMAT) return data
  throw new AppError(
    'UNSUPPORTED',
    `The backup ${file} was written by a newer version of q8s (${data.version}).`,
    `Update q8s, then restore it.`
  )
}

function sameEntries(wanted: Readonly<Record<string, string>>, found: Readonly<Record<string, string>>) {
  const names = Object.keys(wanted)
  return names.length === Object.keys(found).length && names.every(name => wanted[name] === found[name])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function noBackup(file: string): AppError {
  return new AppError('INVALID', `${file} is not a backup of q8s.`, `Name a file that q8s-cli backup wrote.`)
}

export function damaged(file: string): AppError {
  return new AppError(
    'INVALID',
    `The backup ${file} is damaged: it was cut, or what it holds does not have the checksums it was written with.`,
    `Nothing was changed. Use another backup.`
  )
}
