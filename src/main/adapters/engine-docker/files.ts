/** Files of an app in its running or ended container, read from the engine's file facts and from archives. */
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { mapBounded } from '#core/async/queue.ts'
import type { EngineFile, EngineFiles, EngineTarget } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { type FileEntry, type FolderListing, filePathParts, MAX_LISTED } from '#shared/instance-files.ts'
import { t } from '#shared/language.ts'
import { isLink, listingOf, modified, noSuchFile, otherKind } from '../file-listing.ts'
import { answerStream } from './answer-stream.ts'
import type { DockerClient, DockerConnection } from './asking.ts'
import { PATHS } from './container.ts'
import { answerStatus } from './errors.ts'
import { refuseElsewhere } from './place.ts'
import { inspect } from './starting.ts'
import { readTar } from './tar-read.ts'

/** Maximum bytes of an archive read to list a folder. Each entry adds a header to its content. */
const SHORT_BYTES = 24 * 1024 * 1024
const HEADER_BYTES = 1024
/** Children whose facts are requested at the same time. */
const AT_ONCE = 16
/** Maximum bytes of names that are read: an app may have made any number of files. */
const MOST_BYTES = 32 * 1024 * 1024
/** Milliseconds for the engine's list of changes: it walks through everything a container has written. */
const LIST_MS = 30_000
/** Milliseconds a file may take to be saved. */
const SAVE_MS = 24 * 3_600_000

interface Target {
  /** Name of the container. */
  readonly name: string
  readonly runFolder: string
}

export function containerFiles(
  open: () => Promise<DockerConnection>,
  nameOf: (instanceId: string) => string
): EngineFiles {
  const targetOf = ({ instanceId, runFolder }: EngineTarget) => ({ name: nameOf(instanceId), runFolder })
  return {
    list: async (instance, parts, signal) => list(await open(), targetOf(instance), parts, signal),
    open: async (instance, parts, signal) => openFile(await open(), targetOf(instance), parts, signal)
  }
}

/**
 * Reads the folder's archive if it is short: one answer has all entries. The archive includes everything below the
 * folder. If it is long, the names come from the container's list of changes, and each is requested separately.
 */
async function list(
  connection: DockerConnection,
  target: Target,
  parts: readonly string[],
  signal?: AbortSignal
): Promise<FolderListing> {
  const { container, fact } = await look(connection, target, parts, signal)
  if (fact.kind !== 'folder') throw otherKind(parts, 'folder')
  const archive = await archiveOf(connection, container, parts, signal)
  const short = await childrenIn(archive).finally(() => archive.destroy())
  if (short) return short
  const { names, more } = await childrenOf(connection, container, pathOf(parts), signal)
  const entries = await mapBounded(names, AT_ONCE, name =>
    factOf(connection, container, [...parts, name], signal).catch(error => {
      // It is gone by now.
      if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined
      throw error
    })
  )
  return listingOf(
    entries.filter(entry => entry !== undefined),
    more
  )
}

/**
 * The first level of an archive, whose entry names start with the folder's own name. Undefined if the archive is long.
 */
async function childrenIn(archive: AsyncIterable<Uint8Array>): Promise<FolderListing | undefined> {
  const found = new Map<string, FileEntry>()
  let bytes = 0
  for await (const { name, kind, size, modified: time, target } of readTar(archive)) {
    bytes += size + HEADER_BYTES
    if (bytes > SHORT_BYTES) return undefined
    const [, child = '', ...deeper] = name.replace(/\/$/, '').split('/')
    if (filePathParts(child)?.length !== 1 || deeper.length > 0) continue
    const sameAs = kind === 'file' && target ? found.get(target.split('/').at(-1) ?? '') : undefined
    const common = { name: child, size: sameAs?.size ?? size, ...modified(time) }
    found.set(child, kind === 'link' ? { ...common, kind, target } : { ...common, kind })
  }
  return listingOf([...found.values()], false)
}

async function childrenOf(
  connection: DockerConnection,
  container: string,
  folder: string,
  signal?: AbortSignal
): Promise<{ names: readonly string[]; more: boolean }> {
  const { text, whole } = await connection.ask(
    async (docker, abortSignal) => changesOf(docker, container, abortSignal),
    { signal, timeoutMs: LIST_MS }
  )
  const names = new Set<string>()
  for (const { Path, Kind } of Changes.parse(JSON.parse(text)) ?? []) {
    if (!Path.startsWith(`${folder}/`)) continue
    const [name = ''] = Path.slice(folder.length + 1).split('/')
    if (filePathParts(name)?.length === 1 && !(Kind === DELETED && Path === `${folder}/${name}`))
      names.add(name)
    if (names.size > MAX_LISTED) break
  }
  return { names: [...names].slice(0, MAX_LISTED), more: !whole || names.size > MAX_LISTED }
}

const DELETED = 2
const Changes = z.array(z.object({ Path: z.string(), Kind: z.number() })).nullable()

/** The engine's JSON array of the container's changes. If it is too long, it is cut after its last complete item. */
async function changesOf(docker: DockerClient, container: string, abortSignal: AbortSignal) {
  const answer = await answerStream(docker, `/containers/${container}/changes`, abortSignal)
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for await (const piece of answer as AsyncIterable<Uint8Array>) {
      pieces.push(piece)
      length += piece.length
      if (length > MOST_BYTES) break
    }
  } finally {
    answer.destroy()
  }
  const text = Buffer.concat(pieces).toString('utf8')
  const whole = length <= MOST_BYTES
  return { whole, text: whole ? text : `${text.slice(0, text.lastIndexOf('},') + 1)}]` }
}

async function openFile(
  connection: DockerConnection,
  target: Target,
  parts: readonly string[],
  signal?: AbortSignal
): Promise<EngineFile> {
  const { container, fact } = await look(connection, target, parts, signal)
  if (fact.kind !== 'file') throw otherKind(parts, 'file')
  const archive = await archiveOf(connection, container, parts, signal)
  const entries = readTar(archive)
  const { value: first } = await entries.next()
  if (first?.kind === 'file') {
    const close = async () => void archive.destroy()
    return { size: first.size, content: first.content, close }
  }
  archive.destroy()
  throw otherKind(parts, 'file')
}

/** Once reading has begun, `signal` no longer applies: the reader closes it. */
async function archiveOf(
  connection: DockerConnection,
  id: string,
  parts: readonly string[],
  signal?: AbortSignal
): Promise<Readable> {
  const path = pathOf(parts)
  const beginning = new AbortController()
  const abort = () => beginning.abort(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await connection.ask(
      async (docker, abortSignal) => {
        return (await docker.getContainer(id).getArchive({ path, abortSignal })) as Readable
      },
      { signal: beginning.signal, timeoutMs: SAVE_MS, expected: error => absent(error, parts) }
    )
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

/** The bits of a Go file mode that mark everything but a plain file; the bit of a folder; the bit of a link. */
const KINDS = 0x8f280000
const FOLDER = 0x80000000
const LINK = 0x08000000

/** The container and the file at that path. The engine follows links inside it, so each part of the path is checked. */
async function look(
  connection: DockerConnection,
  { name, runFolder }: Target,
  parts: readonly string[],
  signal?: AbortSignal
): Promise<{ readonly container: string; readonly fact: FileEntry }> {
  const found = await inspect(connection, name, signal)
  if (!found?.State.Running) await refuseElsewhere(connection, runFolder, signal)
  if (!found) throw noContainer()
  for (let depth = 0; ; depth++) {
    const onTheWay = parts.slice(0, depth)
    const fact = await factOf(connection, found.Id, onTheWay, signal)
    if (fact.kind === 'link') throw isLink(onTheWay)
    if (depth === parts.length) return { container: found.Id, fact }
    if (fact.kind !== 'folder') throw noSuchFile(parts)
  }
}

const PathStat = z.object({
  size: z.number().min(0),
  mode: z.number(),
  mtime: z.string(),
  linkTarget: z.string().optional()
})

async function factOf(
  connection: DockerConnection,
  container: string,
  parts: readonly string[],
  signal?: AbortSignal
): Promise<FileEntry> {
  const path = pathOf(parts)
  const header = await connection.ask(
    async (docker, abortSignal) => {
      const answer = await docker.getContainer(container).infoArchive({ path, abortSignal })
      answer.resume()
      return String(answer.headers['x-docker-container-path-stat'] ?? '')
    },
    { signal, expected: error => absent(error, parts) }
  )
  const { size, mode, mtime, linkTarget } = PathStat.parse(
    JSON.parse(Buffer.from(header, 'base64').toString('utf8'))
  )
  const common = { name: parts.at(-1) ?? '', ...modified(Date.parse(mtime)) }
  if (mode & LINK) return { ...common, kind: 'link', size: 0, ...(linkTarget ? { target: linkTarget } : {}) }
  if (mode & FOLDER) return { ...common, kind: 'folder', size: 0 }
  return mode & KINDS ? { ...common, kind: 'other', size: 0 } : { ...common, kind: 'file', size }
}

function pathOf(parts: readonly string[]): string {
  return [PATHS.appRoot, ...parts].join('/')
}

function absent(error: unknown, parts: readonly string[]): undefined {
  const status = answerStatus(error)
  // 400: a part of the path is not a folder.
  if (status === 404 || status === 400) throw noSuchFile(parts, error)
  return undefined
}

function noContainer(): AppError {
  return new AppError(
    'NOT_FOUND',
    t`Docker has no container of this instance (any more), so the files of its app are gone.`,
    t`Start it again. What is on its volume is kept.`
  )
}
