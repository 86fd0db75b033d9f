/** Writes a project as a bundle: deterministic, in parallel, and reusing what the last bundle of it already has. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { ChunkResult, EntriesResult } from './compress-worker.js'
import { localHeader } from './compress-worker.js'
import { type Compressor, createCompressor } from './compressor.ts'
import { combineCrc } from './crc.ts'
import { cutPieces, type Piece, type PlannedEntry, planEntries } from './plan.ts'
import { type BundleSink, createSink } from './sink.ts'
import { walkProject } from './walk.ts'
import { directoryRecords, ZIP64_FROM, type ZipEntry } from './zip-records.ts'

export interface WriteOptions {
  /** The project. */
  readonly folder: string
  /** The file to write; replaced only when the new one is whole. */
  readonly output: string
  readonly signal?: AbortSignal | undefined
  /** `done` and `total` are bytes before compression. */
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined
  /** Goes in as q-app.toml instead of what is in the project; the file there is not touched. */
  readonly manifestText?: string | undefined
  /** Where the index for the next time is kept. Without it, everything is compressed anew. */
  readonly cacheFolder?: string | undefined
}

export interface WriteProgress {
  readonly stage: 'listing' | 'compressing'
  readonly done: number
  readonly total: number
}

export interface WrittenBundle {
  readonly sha256: string
  /** Bytes of the bundle. */
  readonly size: number
  /** Entries in it. */
  readonly count: number
  /** Entries whose compressed bytes were taken from the last bundle. */
  readonly reused: number
}

const MAX_THREADS = 4
/** Bytes to compress that make a thread worth its start. */
const BYTES_PER_THREAD = 2 * 1024 * 1024
/** Pieces under way or waiting for their turn to be written, for each thread. */
const PIECES_AHEAD = 8

/**
 * Bundles a project. Throws NOT_FOUND without a manifest, INVALID (data.findings) for what no bundle can have,
 * CONFLICT when a file changes meanwhile, FORBIDDEN or UNAVAILABLE when reading or writing fails; after a failure or
 * an abort the output is as it was before.
 */
export async function writeBundle(options: WriteOptions): Promise<WrittenBundle> {
  const { signal, onProgress } = options
  const folder = resolve(options.folder)
  const output = resolve(options.output)
  onProgress?.({ stage: 'listing', done: 0, total: 0 })
  const files = await walkProject(folder, { signal })
  const entries = planEntries(folder, files, options.manifestText)
  const total = entries.reduce((sum, entry) => sum + entry.size, 0)
  const compressor = createCompressor(threadsFor(total))
  const sink = await createSink(output)
  try {
    const written = await writePieces({ entries, compressor, sink, signal, total, onProgress })
    for (const record of directoryRecords(written, sink.position)) await sink.append(record)
    signal?.throwIfAborted()
    const { sha256, size } = await sink.finish()
    return { sha256, size, count: entries.length, reused: 0 }
  } finally {
    await Promise.all([compressor.close(), sink.discard()])
  }
}

function threadsFor(bytes: number): number {
  return Math.min(MAX_THREADS, availableParallelism(), Math.floor(bytes / BYTES_PER_THREAD))
}

interface Work {
  readonly entries: readonly PlannedEntry[]
  readonly compressor: Compressor
  readonly sink: BundleSink
  readonly signal: AbortSignal | undefined
  readonly total: number
  readonly onProgress: WriteOptions['onProgress']
}

type Done = { readonly piece: Piece; readonly result: Promise<EntriesResult | ChunkResult> }

async function writePieces(work: Work): Promise<ZipEntry[]> {
  const written: ZipEntry[] = []
  const pieces = cutPieces(work.entries)
  const ahead: Done[] = []
  let done = 0
  let open: OpenEntry | undefined
  for (;;) {
    while (ahead.length < PIECES_AHEAD * MAX_THREADS) {
      const next = pieces.next()
      if (next.done) break
      ahead.push(start(work.compressor, next.value))
    }
    const current = ahead.shift()
    if (!current) return written
    const { piece } = current
    const result = await current.result
    work.signal?.throwIfAborted()
    if (piece.kind === 'entries' && 'entries' in result) {
      written.push(...placeEntries(piece.entries, result, work.sink.position))
      await work.sink.append(result.data)
      done += piece.entries.reduce((sum, entry) => sum + entry.size, 0)
    } else if (piece.kind === 'chunk' && 'crc' in result) {
      open ??= openEntry(work.sink, piece.entry)
      await addChunk(work.sink, open, result, piece.length)
      done += piece.length
      if (piece.offset + piece.length === piece.entry.size) {
        written.push(await closeEntry(work.sink, open))
        open = undefined
      }
    }
    work.onProgress?.({ stage: 'compressing', done, total: work.total })
  }
}

function start(compressor: Compressor, piece: Piece): Done {
  const result =
    piece.kind === 'entries'
      ? compressor.entries(piece.entries.map(({ path, source, store }) => ({ path, source, store })))
      : compressor.chunk({ ...chunkOf(piece) })
  // It is awaited in its turn; until then a failure must not count as unhandled.
  result.catch(() => undefined)
  return { piece, result }
}

function chunkOf({ entry, offset, length }: Extract<Piece, { kind: 'chunk' }>) {
  if (entry.source instanceof Uint8Array) throw new Error('Only files are cut into chunks.')
  return { source: entry.source, store: entry.store, offset, length }
}

function placeEntries(entries: readonly PlannedEntry[], result: EntriesResult, position: number): ZipEntry[] {
  let offset = position
  return entries.map(({ path, kind, mode }, index) => {
    const packed = result.entries[index]
    if (!packed) throw new Error('A worker lost an entry.')
    const { method, crc, size, compressedSize, length } = packed
    const entry = { path, kind, mode, method, crc, size, compressedSize, offset }
    offset += length
    return entry
  })
}

/** A large file whose chunks are being written. */
interface OpenEntry {
  readonly entry: PlannedEntry
  readonly name: Buffer
  readonly zip64: boolean
  readonly offset: number
  crc: number
  compressedSize: number
}

function openEntry(sink: BundleSink, entry: PlannedEntry): OpenEntry {
  const name = Buffer.from(entry.path)
  const zip64 = entry.size >= ZIP64_FROM
  const offset = sink.position
  sink.reserve(30 + name.length + (zip64 ? 20 : 0))
  return { entry, name, zip64, offset, crc: 0, compressedSize: 0 }
}

async function addChunk(
  sink: BundleSink,
  open: OpenEntry,
  chunk: ChunkResult,
  length: number
): Promise<void> {
  await sink.appendContent(chunk.data)
  open.crc = combineCrc(open.crc, chunk.crc, length)
  open.compressedSize += chunk.data.length
}

async function closeEntry(sink: BundleSink, open: OpenEntry): Promise<ZipEntry> {
  const { entry, name, zip64, offset, crc, compressedSize } = open
  const method = entry.store ? 0 : 8
  const sizes = { method, crc, size: entry.size, compressedSize } as const
  await sink.fill(localHeader(name, sizes, zip64))
  return { path: entry.path, kind: entry.kind, mode: entry.mode, ...sizes, offset }
}
