/** Files of instances: the app's files through its engine, the volume's files in its folder. */
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { textOf } from '#core/bundle/read/text.ts'
import { createHandles } from '#core/platform/handles.ts'
import { createReading, type Reading } from '#core/platform/reading.ts'
import { requireOwned } from '#core/platform/visibility.ts'
import type { EngineFile, EngineFiles } from '#core/ports.ts'
import { type FileText, MAX_TEXT_BYTES } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import { type FolderListing, filePathParts, MAX_OPEN_FILES } from '#shared/instance-files.ts'
import { t } from '#shared/language.ts'
import { listingOf, modified, noSuchFile, otherKind, readStart } from '../file-listing.ts'
import { listHostFolder, openHostFile } from '../host-files.ts'
import type { LocalContext } from './context.ts'
import type { Observer } from './instances/observe.ts'
import { type InstanceRow, requireRow } from './instances/records.ts'
import type { Procedures } from './procedures.ts'

/** Milliseconds without a read after which a file is closed: its window is probably gone. */
const UNREAD_FOR = 60_000

/** A path in one of the user's own instances. */
interface Place {
  readonly id: string
  readonly path: string
}

interface Named {
  readonly name: string
}

export function createFiles(context: LocalContext, observer: Observer, idleMs = UNREAD_FOR) {
  const readings = createHandles<Reading & Named>(MAX_OPEN_FILES, tooMany)

  /** Finds what lists and opens files for the first part of the path, and returns it with the remaining parts. */
  async function find(user: string, { id, path }: Place) {
    const row = requireRow(await context.store(), id, user)
    requireOwned(row, user)
    const [top, ...parts] = filePathParts(path) ?? []
    if (top === undefined) return { row, parts }
    if (top === 'volume') return { row, parts, place: volumeOf(context, id) }
    if (top !== 'app') throw noSuchFile([top, ...parts])
    return { row, parts, place: appOf(observer, row) }
  }

  async function openAt(user: string, at: Place, signal?: AbortSignal): Promise<EngineFile & Named> {
    const { parts, place } = await find(user, at)
    const name = parts.at(-1)
    if (!place || name === undefined) throw otherKind(parts, 'file')
    return { ...(await place.open(parts, signal)), name }
  }

  return {
    closeAll: readings.closeAll,
    async list(user: string, at: Place, signal?: AbortSignal): Promise<FolderListing> {
      const { row, parts, place } = await find(user, at)
      return place ? place.list(parts, signal) : listingOf(await topOf(context, row), false)
    },
    async text(user: string, at: Place, signal?: AbortSignal): Promise<FileText> {
      const file = await openAt(user, at, signal)
      try {
        if (file.size > MAX_TEXT_BYTES) return { size: file.size, problem: 'large' }
        return textOf(await readStart(file.content, MAX_TEXT_BYTES))
      } finally {
        await file.close()
      }
    },
    async open(user: string, at: Place, signal?: AbortSignal) {
      const { handle, thing } = await readings.open(user, async forget => {
        const file = await openAt(user, at, signal)
        return { ...createReading(file, idleMs, forget), name: file.name }
      })
      return { fileId: handle, name: thing.name, size: thing.size }
    },
    /** NOT_FOUND if the file is closed or belongs to another user. */
    async read(user: string, fileId: string) {
      const reading = readings.find(user, fileId)
      if (reading) return reading.next()
      throw new AppError('NOT_FOUND', t`This file is closed.`, t`Save it again.`)
    },
    close: async (user: string, fileId: string) => readings.find(user, fileId)?.close()
  }
}

export type Files = ReturnType<typeof createFiles>

export function filesRouter({ files: noun }: Procedures, files: Files) {
  return noun.router({
    list: noun.list.handler(({ context: { user }, input, signal }) => files.list(user, input, signal)),
    text: noun.text.handler(({ context: { user }, input, signal }) => files.text(user, input, signal)),
    open: noun.open.handler(({ context: { user }, input, signal }) => files.open(user, input, signal)),
    read: noun.read.handler(({ context: { user }, input }) => files.read(user, input.fileId)),
    close: noun.close.handler(({ context: { user }, input }) => files.close(user, input.fileId))
  })
}

async function topOf({ folders }: LocalContext, { id }: InstanceRow) {
  const volume = await lstat(join(folders.volumes, id)).catch(() => undefined)
  const folder = { kind: 'folder', size: 0 } as const
  return [
    { ...folder, name: 'app' },
    ...(volume ? [{ ...folder, name: 'volume', ...modified(volume.mtimeMs) }] : [])
  ]
}

function volumeOf({ folders }: LocalContext, id: string) {
  const root = join(folders.volumes, id)
  return {
    list: (parts: readonly string[], signal?: AbortSignal) => listHostFolder(root, parts, signal),
    open: (parts: readonly string[]) => openHostFile(root, parts)
  }
}

function appOf(observer: Observer, row: InstanceRow) {
  const files: EngineFiles | undefined = observer.engineOf(row).files
  if (!files) throw new AppError('UNSUPPORTED', t`The engine of this instance cannot list its files.`)
  const target = { instanceId: row.id, runFolder: observer.runFolderOf(row.id) }
  return {
    list: (parts: readonly string[], signal?: AbortSignal) => files.list(target, parts, signal),
    open: (parts: readonly string[], signal?: AbortSignal) => files.open(target, parts, signal)
  }
}

function tooMany(): AppError {
  return new AppError(
    'CONFLICT',
    t`${MAX_OPEN_FILES} files are being saved already.`,
    t`Wait for one of them.`
  )
}
