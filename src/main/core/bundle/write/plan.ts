/** The entries of a bundle in order, and the pieces in which they are compressed. */
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { FileSource } from '../../workers/compress-worker.js'
import { isPacked } from '../files/packed-files.ts'
import type { WalkedFile } from '../files/walked-file.ts'
import { comparePaths } from '../names.ts'
import type { KeptEntry } from './zip-records.ts'

export interface PlannedEntry {
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  /** Permission bits. */
  readonly mode: number
  /** Bytes before compression. */
  readonly size: number
  readonly source: FileSource | Uint8Array
  readonly store: boolean
  /** The file it comes from, if the entry has exactly that file's bytes. */
  readonly file?: WalkedFile
}

/**
 * Smaller files are compressed whole, larger ones in chunks of this size. A change here changes bundles and their
 * hashes.
 */
const CHUNK_BYTES = 1024 * 1024
const BATCH_BYTES = 512 * 1024
const BATCH_FILES = 128
const RUN_BYTES = 64 * 1024 * 1024

const MANIFEST = 'q-app.toml'

/**
 * All entries, sorted by the bytes of their names. A project of today's H2O AI Cloud has only an app.toml; it is also
 * added under the guide's name. `manifestText` replaces the content under the guide's name. Throws NOT_FOUND without a
 * manifest, INVALID (data.findings) for files that cannot be in a bundle.
 */
export function planEntries(
  folder: string,
  files: readonly WalkedFile[],
  manifestText: string | undefined
): PlannedEntry[] {
  const findings = files.flatMap(({ finding }) => (finding?.severity === 'error' ? [finding] : []))
  if (findings[0]) {
    const [{ message }] = findings
    const all = findings.length > 1 ? t`${message} (and ${findings.length - 1} more)` : message
    const hint = t`Fix it, or leave it out with a line in .q8signore.`
    throw new AppError('INVALID', all, hint, { data: { findings } })
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
    const hint = t`Write one with \`q8s-cli init\`, or choose the folder that has it.`
    throw new AppError('NOT_FOUND', t`There is no ${MANIFEST} in ${folder}.`, hint)
  }
  if (found.kind !== 'file') {
    throw new AppError('INVALID', t`${found.path} is a link.`, t`Put the file itself there.`)
  }
  if (text === undefined) return { ...found, path: MANIFEST }
  const source = Buffer.from(text)
  return { path: MANIFEST, kind: 'file', mode: found.mode, size: source.length, source, store: false }
}

function plannedEntry(folder: string, file: WalkedFile): PlannedEntry {
  const { path, kind, mode } = file
  if (file.kind === 'file') {
    // Forward slashes work on Windows too.
    const source = { file: `${folder}/${path}`, size: file.size, mtimeMs: file.mtimeMs, inode: file.inode }
    return { path, kind, mode, size: file.size, source, store: isPacked(path), file }
  }
  const content = Buffer.from(file.target ?? '')
  return { path, kind, mode, size: content.length, source: content, store: true }
}

/** A piece of work: some whole entries, a chunk of an entry, or a run of raw bytes from the last bundle. */
export type Piece =
  | { readonly kind: 'entries'; readonly entries: readonly PlannedEntry[] }
  | { readonly kind: 'chunk'; readonly entry: PlannedEntry; readonly offset: number; readonly length: number }
  | { readonly kind: 'kept'; readonly entries: readonly PlannedEntry[]; readonly kept: readonly KeptEntry[] }

/** Cuts entries into pieces of limited size, in order; `keptEntries` holds what the last bundle has of each. */
export function* cutPieces(
  entries: readonly PlannedEntry[],
  keptEntries: readonly (KeptEntry | undefined)[]
): Generator<Piece> {
  let fresh = newRun<never>()
  let known = newRun<KeptEntry>()
  for (const [index, entry] of entries.entries()) {
    const kept = keptEntries[index]
    if (fresh.entries.length > 0 && (kept || isFull(fresh, entry.size) || isLarge(entry))) {
      yield { kind: 'entries', entries: fresh.entries }
      fresh = newRun()
    }
    if (known.entries.length > 0 && !(kept && continues(known, kept))) {
      yield { kind: 'kept', entries: known.entries, kept: known.kept }
      known = newRun()
    }
    if (kept) addTo(known, entry, kept.length, kept)
    else if (isLarge(entry)) yield* chunksOf(entry)
    else addTo(fresh, entry, entry.size)
  }
  if (fresh.entries.length > 0) yield { kind: 'entries', entries: fresh.entries }
  if (known.entries.length > 0) yield { kind: 'kept', entries: known.entries, kept: known.kept }
}

interface Run<Kept> {
  readonly entries: PlannedEntry[]
  readonly kept: Kept[]
  bytes: number
}

function newRun<Kept>(): Run<Kept> {
  return { entries: [], kept: [], bytes: 0 }
}

function addTo<Kept>(run: Run<Kept>, entry: PlannedEntry, bytes: number, kept?: Kept): void {
  run.entries.push(entry)
  run.bytes += bytes
  if (kept !== undefined) run.kept.push(kept)
}

function isFull(run: Run<never>, more: number): boolean {
  return run.entries.length >= BATCH_FILES || run.bytes + more > BATCH_BYTES
}

/** Whether an entry's raw bytes directly follow the run. A run stays small enough for regular progress reports. */
function continues(run: Run<KeptEntry>, next: KeptEntry): boolean {
  const last = run.kept.at(-1)
  return last !== undefined && last.offset + last.length === next.offset && run.bytes < RUN_BYTES
}

function isLarge(entry: PlannedEntry): boolean {
  return entry.size > CHUNK_BYTES && !(entry.source instanceof Uint8Array)
}

function* chunksOf(entry: PlannedEntry): Generator<Piece> {
  for (let offset = 0; offset < entry.size; offset += CHUNK_BYTES) {
    yield { kind: 'chunk', entry, offset, length: Math.min(CHUNK_BYTES, entry.size - offset) }
  }
}
