/**
 * Environments of containers, as the host records them.
 *
 *     container-environments/<key>.json         the note of a complete environment, which only the host writes
 *     container-environments/<key>.<mark>/      the environment; a volume if the engine cannot use this folder;
 *                                               the mark identifies its Docker and is different each time
 *
 * A container gets one such folder and never its parent, so an app cannot influence what the host records of other
 * environments. A folder is built once and never changed. A folder that no note names is garbage.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readdir, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { openPlain, replaceFile } from '#core/files/files.ts'
import { removeTree } from '../remove-tree.ts'

/** Limits for kept environments, in number and bytes. The least recently used are removed first. */
const KEPT = 20
const KEPT_BYTES = 10 * 1024 ** 3
/** Bytes of the largest note. */
const LARGEST = 1024 * 1024
/** Maximum number of starts in a note. */
const STARTS = 50

const NAME = /^[0-9a-f]{32}\.[0-9a-f]{16}$/

const Note = z.object({
  name: z.string().regex(NAME),
  /** The Docker that has the environment. */
  place: z.string(),
  /**
   * The fields from here on come from the builder and are not trusted: they are only shown, and decide what is removed
   * first.
   */
  python: z.string(),
  bytes: z.number().min(0),
  packages: z.record(z.string(), z.string()),
  /** Digests of starts that need it. */
  starts: z.array(z.string())
})
export type Note = z.infer<typeof Note>

export interface Noted extends Note {
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly usedAt: number
}

export function environmentsFolder(cacheFolder: string): string {
  return join(cacheFolder, 'container-environments')
}

/** Name of the volume with that environment, if the engine cannot use a folder of this computer. */
export function volumeName(home: string, name: string): string {
  return `q8s-environment-${home}-${name}`
}

export function newName(key: string, place: string): string {
  return `${key}.${markOf(place)}${randomBytes(4).toString('hex')}`
}

/** Whether it belongs to the Docker at that place. Only that Docker knows whether it is in use. */
export function isOf(place: string, name: string): boolean {
  return name.slice(33, 41) === markOf(place)
}

const markOf = (place: string) => digest(place).slice(0, 8)

export function keyOfName(name: string): string | undefined {
  return NAME.test(name) ? name.slice(0, 32) : undefined
}

export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32)
}

const notePath = (folder: string, key: string) => join(folder, `${key}.json`)

export async function readNote(folder: string, key: string): Promise<Noted | undefined> {
  await using file = await openPlain(notePath(folder, key))
  if (!file) return undefined
  const info = await file.stat()
  if (info.size > LARGEST) return undefined
  try {
    const note = Note.safeParse(JSON.parse(await file.readFile('utf8'))).data
    return note && keyOfName(note.name) === key ? { ...note, key, usedAt: info.mtimeMs } : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Most recently used first. */
export async function readNotes(folder: string): Promise<readonly Noted[]> {
  const names = await readdir(folder).catch(() => [])
  const keys = names.flatMap(name => /^([0-9a-f]{32})\.json$/.exec(name)?.[1] ?? [])
  const notes = await Promise.all(keys.map(key => readNote(folder, key)))
  return notes.filter(note => note !== undefined).sort((left, right) => right.usedAt - left.usedAt)
}

export async function writeNote(folder: string, note: Note): Promise<void> {
  const key = keyOfName(note.name)
  if (key === undefined) throw new TypeError(`${note.name} is not the name of an environment`)
  await replaceFile(
    notePath(folder, key),
    `${JSON.stringify({ ...note, starts: note.starts.slice(-STARTS) })}\n`
  )
}

/** Records that this start uses the environment now. */
export async function noteUse(folder: string, note: Noted, start: string): Promise<void> {
  const { key, usedAt: _, ...rest } = note
  if (start === '' || note.starts.includes(start)) {
    const now = new Date()
    await utimes(notePath(folder, key), now, now).catch(() => undefined)
  } else await writeNote(folder, { ...rest, starts: [...note.starts, start] })
}

/** From then on, no start uses the environment. */
export async function removeNote(folder: string, key: string): Promise<void> {
  await rm(notePath(folder, key), { force: true })
}

/** The environments over the limits. A single environment over the limit of bytes is removed instead of all others. */
export function surplus(notes: readonly Noted[]): readonly Noted[] {
  let [kept, bytes] = [0, 0]
  return notes.filter(note => {
    if (kept >= KEPT || bytes + note.bytes > KEPT_BYTES) return true
    kept++
    bytes += note.bytes
    return false
  })
}

/** Folders of environments and of interrupted removals. */
export async function listFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter(entry => entry.isDirectory() && (NAME.test(entry.name) || isGone(entry.name)))
    .map(({ name }) => name)
}

export function isGone(name: string): boolean {
  return /^\.[0-9a-f]{32}\.[0-9a-f]{16}\.gone$/.test(name)
}

/** Renames it first, so that a half-removed folder is not mistaken for an environment. */
export async function removeFolder(folder: string, name: string): Promise<void> {
  const going = isGone(name) ? name : `.${name}.gone`
  if (going !== name) {
    await rename(join(folder, name), join(folder, going)).catch(error => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    })
  }
  await removeTree(join(folder, going))
}
