/** Dropped folders and bundles: uses their paths if the page may know them, otherwise sends their files to the host. */

import { isBundlePath } from '#shared/bundle.ts'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { plural } from '../labels/humanise.ts'

/** Bytes sent at a time; a message holds at most 4 MiB. */
const CHUNK = 2 * 1024 * 1024

export interface DropProgress {
  readonly name: string
  /** Bytes. */
  readonly sent: number
  readonly total: number
  readonly files: number
}

export interface DropResult {
  readonly path: string
  /** Number of empty folders. They are not sent: a browser reports only their names. */
  readonly emptyFolders: number
}

/** What a drop does, depending on where in the window it is. */
export type DropTarget = 'open' | 'publish'

/** Bundles and multiple items are always published: a window shows only one project. */
export function dropWay(paths: readonly string[], target: DropTarget): DropTarget {
  const [first = ''] = paths
  return paths.length > 1 || isBundlePath(first) ? 'publish' : target
}

interface FoundFile {
  readonly path: string
  readonly file: File
}

/** The dropped paths in Electron; undefined in a browser. Must be called during the drop event. */
export function droppedPaths(transfer: DataTransfer): Promise<readonly string[]> | undefined {
  const bridge = window.q8s
  if (!bridge) return undefined
  return Promise.all([...transfer.files].map(file => bridge.pathOf(file))).then(paths =>
    paths.filter(path => path !== '')
  )
}

/** The dropped items from the browser. Must be called during the drop event: later they are empty. */
export function droppedEntries(transfer: DataTransfer): readonly FileSystemEntry[] {
  return [...transfer.items].map(item => item.webkitGetAsEntry()).filter(entry => entry !== null)
}

/** Sends a folder or bundle, file by file. An unreadable file stops it with an error that names the file. */
export async function sendDrop(
  client: Client,
  entry: FileSystemEntry,
  report: (progress: DropProgress) => void,
  signal: AbortSignal
): Promise<DropResult> {
  const { name } = entry
  if (entry.isFile && !isBundlePath(name)) {
    throw new AppError(
      'INVALID',
      t`${name} is neither a folder nor a bundle.`,
      t`Drop the folder that holds the app, or a .qz bundle.`
    )
  }
  const found: FoundFile[] = []
  const empty = { folders: 0 }
  await collect(entry, '', found, empty)
  if (found.length === 0) {
    throw new AppError(
      'INVALID',
      t`The dropped folder ${name} holds no file.`,
      t`Drop the folder that holds the app.`
    )
  }
  const total = found.reduce((sum, { file }) => sum + file.size, 0)
  const { dropId } = await client.projects.dropBegin({ name }, { signal })
  let sent = 0
  for (const { path, file } of found) {
    for (let offset = 0; offset === 0 || offset < file.size; offset += CHUNK) {
      const data = await readPiece(file, path, offset)
      await client.projects.dropFile({ dropId, path, offset, data }, { signal })
      sent += data.size
      report({ name, sent, total, files: found.length })
    }
  }
  const { path } = await client.projects.dropEnd({ dropId }, { signal })
  return { path, emptyFolders: empty.folders }
}

export function progressText({ name, sent, total, files }: DropProgress): string {
  const percent = total === 0 ? 100 : Math.round((100 * sent) / total)
  return t`Copying ${plural(files, 'file')} of ${name}… ${percent} %`
}

async function collect(
  entry: FileSystemEntry,
  within: string,
  found: FoundFile[],
  empty: { folders: number }
): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject)
    ).catch(cause => {
      throw unreadable(within + entry.name, cause)
    })
    found.push({ path: within + entry.name, file })
    return
  }
  const children = await readFolder(entry as FileSystemDirectoryEntry, within)
  if (children.length === 0) empty.folders += 1
  // The dropped folder itself is the project: paths are relative to it.
  const inside =
    within === '' && found.length === 0 && entry.fullPath === `/${entry.name}`
      ? ''
      : `${within}${entry.name}/`
  for (const child of children) await collect(child, inside, found, empty)
}

/** Reads all entries of a folder: a reader returns at most a hundred per call. */
async function readFolder(folder: FileSystemDirectoryEntry, within: string): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    ).catch(cause => {
      throw unreadable(`${within}${folder.name}/`, cause)
    })
    if (some.length === 0) return all
    all.push(...some)
  }
}

async function readPiece(file: File, path: string, offset: number): Promise<Blob> {
  try {
    // Read here, so that the error for a missing file has its name and does not look like a broken connection.
    return new Blob([await file.slice(offset, offset + CHUNK).arrayBuffer()])
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError(
    'INVALID',
    t`${path} could not be read.`,
    t`Check that it still exists and that you may read it, then drop again.`,
    { cause }
  )
}
