/** What goes into a bundle, in order, and in which pieces it is compressed. */
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import type { FileSource } from './compress-worker.js'
import { comparePaths } from './names.ts'
import { isPacked } from './packed-files.ts'
import type { WalkedFile } from './walk.ts'

export interface PlannedEntry {
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  /** Permission bits. */
  readonly mode: number
  /** Bytes before compression. */
  readonly size: number
  readonly source: FileSource | Uint8Array
  readonly store: boolean
  /** The file it comes from, where it is that file's bytes. */
  readonly file?: WalkedFile
}

/** Files up to this are compressed whole, larger ones in chunks of it. It decides bytes: a change changes hashes. */
const CHUNK_BYTES = 1024 * 1024
const BATCH_BYTES = 512 * 1024
const BATCH_FILES = 128

const MANIFEST = 'q-app.toml'

/**
 * Everything that goes in, sorted by the bytes of its name. A project of today's H2O AI Cloud, which has only an
 * app.toml, gets it under the guide's name too; `manifestText` replaces what is under the guide's name. Throws
 * NOT_FOUND without a manifest, INVALID (data.findings) for what cannot be in a bundle.
 */
export function planEntries(
  folder: string,
  files: readonly WalkedFile[],
  manifestText: string | undefined
): PlannedEntry[] {
  const findings = files.flatMap(({ finding }) => (finding?.severity === 'error' ? [finding] : []))
  if (findings[0]) {
    const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : ''
    const hint = 'Mend it, or leave it out with a line in .q8signore.'
    throw new AppError('INVALID', findings[0].message + more, hint, { data: { findings } })
  }
  const entries = files.filter(file => file.included).map(file => plannedEntry(folder, file))
  const manifest = manifestEntry(folder, entries, manifestText)
  const others = entries.filter(entry => entry.path !== MANIFEST)
  return [...others, manifest].sort((a, b) => comparePaths(a.path, b.path))
}

function manifestEntry(
  folder: string,
  entries: readonly PlannedEntry[],
  text: string | undefined
): PlannedEntry {
  const found =
    entries.find(entry => entry.path === MANIFEST) ?? entries.find(entry => entry.path === 'app.toml')
  if (!found) {
    const hint = 'Write one with `q8s-cli init`, or choose the folder that has it.'
    throw new AppError('NOT_FOUND', `There is no ${MANIFEST} in ${folder}.`, hint)
  }
  if (found.kind !== 'file') {
    throw new AppError('INVALID', `${found.path} is a link.`, 'Put the file itself there.')
  }
  if (text === undefined) return { ...found, path: MANIFEST }
  const source = Buffer.from(text)
  return { path: MANIFEST, kind: 'file', mode: found.mode, size: source.length, source, store: false }
}

function plannedEntry(folder: string, file: WalkedFile): PlannedEntry {
  const { path, kind, mode } = file
  if (file.kind === 'file') {
    const absolute = join(folder, ...path.split('/'))
    const source = { file: absolute, size: file.size, mtimeNs: file.mtimeNs, inode: file.inode }
    return { path, kind, mode, size: file.size, source, store: isPacked(path), file }
  }
  const content = Buffer.from(file.target ?? '')
  return { path, kind, mode, size: content.length, source: content, store: true }
}

/** A piece of work: some whole entries, or a chunk of one. */
export type Piece =
  | { readonly kind: 'entries'; readonly entries: readonly PlannedEntry[] }
  | { readonly kind: 'chunk'; readonly entry: PlannedEntry; readonly offset: number; readonly length: number }

/** Cuts entries into pieces of bounded size, in order. */
export function* cutPieces(entries: Iterable<PlannedEntry>): Generator<Piece> {
  let batch: PlannedEntry[] = []
  let bytes = 0
  for (const entry of entries) {
    const full = batch.length >= BATCH_FILES || bytes + entry.size > BATCH_BYTES
    if (batch.length > 0 && full) {
      yield { kind: 'entries', entries: batch }
      batch = []
      bytes = 0
    }
    if (entry.size > CHUNK_BYTES && !(entry.source instanceof Uint8Array)) {
      yield* chunksOf(entry)
    } else {
      batch.push(entry)
      bytes += entry.size
    }
  }
  if (batch.length > 0) yield { kind: 'entries', entries: batch }
}

function* chunksOf(entry: PlannedEntry): Generator<Piece> {
  for (let offset = 0; offset < entry.size; offset += CHUNK_BYTES) {
    yield { kind: 'chunk', entry, offset, length: Math.min(CHUNK_BYTES, entry.size - offset) }
  }
}
