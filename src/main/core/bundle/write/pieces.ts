/** Compresses the pieces of a bundle ahead, a limited number at a time, and writes them in order. */
import { crc32 } from 'node:zlib'
import { type ChunkResult, type EntriesResult, localHeader } from '../../workers/compress-worker.js'
import type { Compressor } from './compressor.ts'
import { combineCrc } from './crc.ts'
import { cutPieces, type Piece, type PlannedEntry } from './plan.ts'
import type { LastBundle } from './repeat-index.ts'
import { type BundleSink, readRange } from './sink.ts'
import { type KeptEntry, type WrittenEntry, ZIP64_FROM } from './zip-records.ts'

export interface PiecesWork {
  readonly planned: readonly PlannedEntry[]
  /** What the last bundle holds for each planned entry. */
  readonly kept: readonly (KeptEntry | undefined)[]
  readonly last: LastBundle | undefined
  readonly compressor: Compressor
  readonly sink: BundleSink
  readonly signal: AbortSignal | undefined
  readonly onProgress: ((progress: { stage: 'compressing'; done: number; total: number }) => void) | undefined
}

type PieceOf<Kind> = Extract<Piece, { kind: Kind }>

/** Writes a piece when its turn comes. */
type Turn = (writer: Writer) => Promise<number>

interface Writer {
  readonly work: PiecesWork
  readonly written: WrittenEntry[]
  /** The large file whose chunks are being written. */
  open: OpenEntry | undefined
  reused: number
}

interface OpenEntry {
  readonly name: Buffer
  readonly zip64: boolean
  readonly offset: number
  crc: number
  /** CRC-32 of the written bytes, without the header. */
  packedCrc: number
  compressedSize: number
}

/** Limit of pieces being compressed or waiting to be written. Each holds at most a chunk, so this limits the memory. */
const PIECES_AHEAD = 24

/** Thrown if the last bundle does not match its record. */
class StaleError extends Error {}

export function isStale(error: unknown): boolean {
  return error instanceof StaleError
}

export async function writePieces(work: PiecesWork) {
  const { planned, kept, signal, onProgress } = work
  const total = planned.reduce((sum, entry) => sum + entry.size, 0)
  const pieces = cutPieces(planned, kept)
  const writer: Writer = { work, written: [], open: undefined, reused: 0 }
  const ahead: Turn[] = []
  for (let done = 0; ; ) {
    while (ahead.length < PIECES_AHEAD) {
      const next = pieces.next()
      if (next.done) break
      ahead.push(begin(work, next.value))
    }
    const turn = ahead.shift()
    if (!turn) return { written: writer.written, reused: writer.reused }
    done += await turn(writer)
    signal?.throwIfAborted()
    onProgress?.({ stage: 'compressing', done, total })
  }
}

function begin(work: PiecesWork, piece: Piece): Turn {
  switch (piece.kind) {
    case 'entries': {
      const tasks = piece.entries.map(({ path, source, store }) => ({ path, source, store }))
      const result = awaitedLater(work.compressor.entries(tasks))
      return async writer => writeEntries(writer, piece, await result)
    }
    case 'chunk': {
      const { entry, offset, length } = piece
      if (entry.source instanceof Uint8Array) throw new Error('Only files are cut into chunks.')
      const task = { source: entry.source, store: entry.store, offset, length }
      const result = awaitedLater(work.compressor.chunk(task))
      return async writer => writeChunk(writer, piece, await result)
    }
    case 'kept':
      return writer => writeKept(writer, piece)
  }
}

/** The result is awaited later; until then a failure must not count as unhandled. */
function awaitedLater<T>(result: Promise<T>): Promise<T> {
  result.catch(() => undefined)
  return result
}

async function writeEntries(
  writer: Writer,
  { entries }: PieceOf<'entries'>,
  result: EntriesResult
): Promise<number> {
  const { sink } = writer.work
  let offset = sink.position
  let bytes = 0
  for (const [index, { path, kind, mode }] of entries.entries()) {
    const packed = result.entries[index]
    if (!packed) throw new Error('A worker lost an entry.')
    writer.written.push({ path, kind, mode, ...packed, offset })
    offset += packed.length
    bytes += packed.size
  }
  await sink.append(result.data)
  return bytes
}

async function writeChunk(writer: Writer, piece: PieceOf<'chunk'>, chunk: ChunkResult): Promise<number> {
  const { sink } = writer.work
  const { entry, offset, length } = piece
  writer.open ??= openEntry(sink, entry)
  const { open } = writer
  await sink.append(chunk.data)
  open.crc = combineCrc(open.crc, chunk.crc, length)
  open.packedCrc = combineCrc(open.packedCrc, chunk.packedCrc, chunk.data.length)
  open.compressedSize += chunk.data.length
  if (offset + length === entry.size) {
    writer.written.push(await closeEntry(sink, open, entry))
    writer.open = undefined
  }
  return length
}

function openEntry(sink: BundleSink, entry: PlannedEntry): OpenEntry {
  const name = Buffer.from(entry.path)
  const zip64 = entry.size >= ZIP64_FROM
  const offset = sink.position
  sink.reserve(30 + name.length + (zip64 ? 20 : 0))
  return { name, zip64, offset, crc: 0, packedCrc: 0, compressedSize: 0 }
}

async function closeEntry(sink: BundleSink, open: OpenEntry, entry: PlannedEntry): Promise<WrittenEntry> {
  const { name, zip64, offset, crc, packedCrc, compressedSize } = open
  const { path, kind, mode, size } = entry
  const sizes = { method: entry.store ? 0 : 8, crc, size, compressedSize } as const
  const header = localHeader(name, sizes, zip64)
  await sink.fill(header)
  const rawCrc = combineCrc(crc32(header), packedCrc, compressedSize)
  return { path, kind, mode, ...sizes, offset, length: sink.position - offset, rawCrc }
}

/** Copies a run of raw bytes and checks each of its entries. */
async function writeKept(writer: Writer, { entries, kept }: PieceOf<'kept'>): Promise<number> {
  const { sink, last } = writer.work
  const [first] = kept
  if (!last || !first) throw new Error('There is nothing to take over.')
  const length = kept.reduce((sum, entry) => sum + entry.length, 0)
  const begin = sink.position
  for await (const bytes of keptBytes(last, kept, first.offset, length)) await sink.append(bytes)
  for (const [index, { path, kind, mode }] of entries.entries()) {
    const entry = kept[index]
    if (!entry) throw new Error('An entry to take over was lost.')
    // The fields are copied by name: spreading thousands of entries takes longer than copying their bytes.
    const { method, crc, size, compressedSize, length, rawCrc } = entry
    const offset = begin + entry.offset - first.offset
    writer.written.push({ path, kind, mode, method, crc, size, compressedSize, offset, length, rawCrc })
  }
  writer.reused += entries.length
  return entries.reduce((sum, entry) => sum + entry.size, 0)
}

async function* keptBytes(last: LastBundle, kept: readonly KeptEntry[], offset: number, length: number) {
  const check = createChecker(kept)
  try {
    for await (const bytes of readRange(last.handle, offset, length)) {
      check(bytes)
      yield bytes
    }
  } catch (cause) {
    throw new StaleError('The last bundle is not what it was.', { cause })
  }
}

/**
 * Takes the bytes of a run of entries in pieces of any size. Throws at the end of an entry if its checksum is wrong.
 */
function createChecker(kept: readonly KeptEntry[]): (bytes: Uint8Array) => void {
  let index = 0
  let seen = 0
  let crc = 0
  return bytes => {
    for (let rest = bytes; rest.length > 0; ) {
      const entry = kept[index]
      if (!entry) throw new Error('There are more bytes than entries.')
      const part = rest.subarray(0, entry.length - seen)
      crc = crc32(part, crc)
      seen += part.length
      rest = rest.subarray(part.length)
      if (seen < entry.length) continue
      if (crc !== entry.rawCrc) throw new Error(`${entry.path} has changed.`)
      index++
      seen = 0
      crc = 0
    }
  }
}
