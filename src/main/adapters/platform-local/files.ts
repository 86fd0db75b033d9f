/** Files of instances: those of the app by its engine, those of the volume in its folder; open ones are closed when nobody reads. */
import { randomUUID } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { textOf } from '#core/bundle/read/text.ts'
import type { EngineFile, EngineFiles } from '#core/ports.ts'
import { type FileText, MAX_TEXT_BYTES } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import { type FolderListing, filePathParts, MAX_OPEN_FILES, PIECE_BYTES } from '#shared/instance-files.ts'
import { t } from '#shared/language.ts'
import { listingOf, modified, noSuchFile, otherKind, readStart } from '../file-listing.ts'
import { listHostFolder, openHostFile } from '../host-files.ts'
import { requireOwned } from './apps.ts'
import type { LocalContext } from './context.ts'
import * as records from './instance-records.ts'
import type { Observer } from './observe.ts'

/** Milliseconds without a reader after which a file is closed: its window is gone. */
const UNREAD_FOR = 60_000

interface Place {
  readonly id: string
  readonly path: string
}

interface Reading {
  next(): Promise<{ data: Blob; end: boolean }>
  close(): Promise<void>
}

export function createFiles(context: LocalContext, observer: Observer, idleMs = UNREAD_FOR) {
  const open = new Map<string, Reading>()
  let opening = 0

  async function requireRow(id: string): Promise<records.InstanceRow> {
    const row = records.requireRow(await context.store(), id, context.user)
    requireOwned(row, context.user)
    return row
  }

  /** What lists and opens below the first part of the path, and the parts after it. */
  async function find({ id, path }: Place) {
    const row = await requireRow(id)
    const [top, ...parts] = filePathParts(path) ?? []
    if (top === undefined) return { row, parts }
    if (top === 'volume') return { row, parts, place: volumeOf(context, id) }
    if (top !== 'app') throw noSuchFile([top, ...parts])
    return { row, parts, place: appOf(observer, row) }
  }

  async function list(it: Place, signal?: AbortSignal): Promise<FolderListing> {
    const { row, parts, place } = await find(it)
    return place ? place.list(parts, signal) : listingOf(await topOf(context, row), false)
  }

  async function openAt(it: Place, signal?: AbortSignal): Promise<EngineFile & { readonly name: string }> {
    const { parts, place } = await find(it)
    const name = parts.at(-1)
    if (!place || name === undefined) throw otherKind(parts, 'file')
    return { ...(await place.open(parts, signal)), name }
  }

  async function text(it: Place, signal?: AbortSignal): Promise<FileText> {
    const file = await openAt(it, signal)
    try {
      if (file.size > MAX_TEXT_BYTES) return { size: file.size, problem: 'large' }
      return textOf(await readStart(file.content, MAX_TEXT_BYTES))
    } finally {
      await file.close()
    }
  }

  async function openOne(it: Place, signal?: AbortSignal) {
    if (open.size + opening >= MAX_OPEN_FILES) throw tooMany()
    opening++
    try {
      const file = await openAt(it, signal)
      const fileId = randomUUID()
      open.set(
        fileId,
        createReading(file, idleMs, () => open.delete(fileId))
      )
      return { fileId, name: file.name, size: file.size }
    } finally {
      opening--
    }
  }

  async function read({ fileId }: { fileId: string }) {
    const reading = open.get(fileId)
    if (reading) return reading.next()
    throw new AppError('NOT_FOUND', t`This file is closed.`, t`Save it again.`)
  }

  return {
    ...{ list, text, read },
    open: openOne,
    close: async ({ fileId }: { fileId: string }) => open.get(fileId)?.close(),
    async closeAll() {
      await Promise.all([...open.values()].map(reading => reading.close()))
    }
  }
}

/** Pieces of about PIECE_BYTES, one after the other. */
function createReading(file: EngineFile, idleMs: number, forget: () => void): Reading {
  const pieces = file.content[Symbol.asyncIterator]()
  const idle = setTimeout(() => void close(), idleMs)
  idle.unref()
  let order: Promise<unknown> = Promise.resolve()

  async function close() {
    clearTimeout(idle)
    forget()
    await file.close()
  }

  async function piece() {
    idle.refresh()
    const parts: Uint8Array<ArrayBuffer>[] = []
    let end = false
    for (let length = 0; length < PIECE_BYTES && !end; ) {
      const { value, done } = await pieces.next()
      end = done === true
      if (!value) continue
      parts.push(new Uint8Array(value))
      length += value.length
    }
    if (end) await close()
    return { data: new Blob(parts), end }
  }

  return {
    next() {
      const taken = order.then(piece).catch(async error => {
        await close()
        throw error
      })
      order = taken.catch(() => undefined)
      return taken
    },
    close
  }
}

async function topOf({ folders }: LocalContext, { id }: records.InstanceRow) {
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

function appOf(observer: Observer, row: records.InstanceRow) {
  const files: EngineFiles | undefined = observer.engineOf(row).files
  if (!files) throw new AppError('UNSUPPORTED', t`The engine of this instance cannot tell of its files.`)
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
