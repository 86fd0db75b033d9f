/** What goes into a bundle, in order, and in which pieces it is compressed. */
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
  /** The file it comes from, where it is that file's bytes. */
  readonly file?: WalkedFile
}

/** Files up to this are compressed whole, larger ones in chunks of it. It decides bytes: a change changes hashes. */
const CHUNK_BYTES = 1024 * 1024
const BATCH_BYTES = 512 * 1024
const BATCH_FILES = 128
const RUN_BYTES = 64 * 1024 * 1024

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
    // Forward slashes do on Windows too.
    const source = { file: `${folder}/${path}`, size: file.size, mtimeMs: file.mtimeMs, inode: file.inode }
    return { path, kind, mode, size: file.size, source, store: isPacked(path), file }
  }
  const content = Buffer.from(file.target ?? '')
  return { path, kind, mode, size: content.length, source: content, store: true }
}

/** A piece of work: some whole entries, a chunk of one, or a run of raw bytes that the last bundle has. */
export type Piece =
  | { readonly kind: 'entries'; readonly entries: readonly PlannedEntry[] }
  | { readonly kind: 'chunk'; readonly entry: PlannedEntry; readonly offset: number; readonly length: number }
  | { readonly kind: 'kept'; readonly entries: readonly PlannedEntry[]; readonly kept: readonly KeptEntry[] }

/** Cuts entries into pieces of bounded size, in order; `keptEntries` says what the last bundle has of each. */
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

/** Whether an entry's raw bytes follow those of the run, which must not grow beyond what is worth a report. */
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
