/** Reads a bundle's list of entries, each checked by itself and with the others, before any of them is unpacked. */
import { setImmediate } from 'node:timers/promises'
import type { Entry, LocalFileHeader } from 'yauzl'
import { type ArchiveFile, invalid, invalidEntry, sentence } from './archive-file.ts'
import { entryName, entryShape, headerProblem, packingProblem } from './entry-check.ts'
import { checkExtents, type DirectoryFrame, readFrame } from './frame-check.ts'
import type { BundleLimits } from './limits.ts'
import { checkNested } from './nested-check.ts'
import { createPathTree, MAX_TARGET_BYTES, type PathTree } from './path-tree.ts'
import { collect, type PackedEntry, unpackEntry } from './unpack.ts'

export interface BundleEntry {
  /** Forward slashes; folders end in "/". */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  /** Bytes unpacked and packed. */
  readonly size: number
  readonly compressedSize: number
  /** Permission bits: 0o644 or 0o755. */
  readonly mode: number
  /** Where a link points: inside the bundle, always. */
  readonly target?: string
}

export interface ListedEntry extends PackedEntry {
  readonly shown: BundleEntry
  /** Path of what a link leads to, where that is there. */
  readonly leadsTo?: string
}

export interface ListingOptions {
  readonly limits: BundleLimits
  readonly signal?: AbortSignal | undefined
  /** Whose rules for names hold besides those of the format. */
  readonly platform: NodeJS.Platform
}

/** Entries between two moments in which others get their turn. */
const YIELD_EVERY = 512
const MAX_LINKS = 10_000

/** The entries by path, in the order of the list. INVALID for whatever cannot be trusted. */
export async function listEntries(
  archive: ArchiveFile,
  options: ListingOptions
): Promise<Map<string, ListedEntry>> {
  const { file } = archive
  const { limits } = options
  const frame = await readFrame(archive)
  if (frame.count > limits.entries) {
    throw invalid(file, `it has ${frame.count} entries, more than the ${limits.entries} allowed`)
  }
  if (frame.size > limits.directoryBytes) throw invalid(file, 'its list of entries is too long')
  const tree = createPathTree(2 * limits.entries)
  const listed = new Map<string, ListedEntry>()
  let total = 0
  for await (const next of readEntries(archive, frame, tree, options)) {
    total += next.shown.size
    checkTotal(archive, next, total, limits)
    listed.set(next.name, next)
  }
  const extents = [...listed.values()].map(({ name, entry, dataStart }) => {
    return { name, entry, start: entry.relativeOffsetOfLocalHeader, end: dataStart + entry.compressedSize }
  })
  await checkExtents(archive, extents, frame.offset)
  await readLinks(archive, listed, tree)
  await checkNested(archive, listed.values(), limits, options.signal)
  return listed
}

function checkTotal(archive: ArchiveFile, { name }: ListedEntry, total: number, limits: BundleLimits): void {
  if (total > limits.totalBytes) {
    throw invalidEntry(archive.file, name, `takes it over the ${limits.totalBytes} bytes allowed unpacked`)
  }
  if (total > limits.harmlessBytes && total > archive.size * limits.ratio) {
    throw invalidEntry(archive.file, name, `makes it unpack to over ${limits.ratio} times its size`)
  }
}

/** Each entry with its headers checked. */
async function* readEntries(
  archive: ArchiveFile,
  frame: DirectoryFrame,
  tree: PathTree,
  { platform, signal }: ListingOptions
): AsyncGenerator<ListedEntry> {
  const { file } = archive
  let read = 0
  for (let index = 0; index < frame.count; index++) {
    if (index % YIELD_EVERY === 0) {
      await setImmediate()
      signal?.throwIfAborted()
    }
    const raw = await nextEntry(archive, index)
    read += 46 + raw.fileNameLength + raw.extraFieldLength + raw.fileCommentLength
    if (read > frame.size) throw invalid(file, 'its list of entries is longer than it says')
    const { name, problem } = entryName(raw, platform)
    if (problem) throw invalidEntry(file, name, problem)
    const shape = entryShape(raw, name)
    const fault = 'problem' in shape ? shape.problem : packingProblem(raw, shape.kind)
    if (fault || 'problem' in shape) throw invalidEntry(file, name, fault ?? 'is damaged')
    const collision = tree.add(name, shape.kind)
    if (collision) throw invalidEntry(file, name, collision)
    const local = await localHeader(archive, raw, name)
    const disagreement = headerProblem(raw, local)
    if (disagreement) throw invalidEntry(file, name, disagreement)
    const sizes = { size: raw.uncompressedSize, compressedSize: raw.compressedSize }
    yield { name, entry: raw, dataStart: local.fileDataStart, shown: { path: name, ...shape, ...sizes } }
  }
  if (read !== frame.size) throw invalid(file, 'its list of entries is shorter than it says')
}

function nextEntry({ zip, file }: ArchiveFile, index: number): Promise<Entry> {
  return new Promise((resolve, reject) => {
    const done = () => {
      zip.off('entry', found).off('error', failed).off('end', ended)
    }
    const found = (entry: Entry) => {
      done()
      resolve(entry)
    }
    const failed = (error: Error) => {
      done()
      reject(invalid(file, `at entry ${index + 1}, ${sentence(error)}`))
    }
    const ended = () => failed(new Error('the list of entries ends too early'))
    zip.on('entry', found).on('error', failed).on('end', ended)
    zip.readEntry()
  })
}

function localHeader({ zip, file }: ArchiveFile, entry: Entry, name: string): Promise<LocalFileHeader> {
  return new Promise((resolve, reject) => {
    zip.readLocalFileHeader(entry, (error, header) => {
      if (error) reject(invalidEntry(file, name, `has no header of its own: ${sentence(error)}`))
      else resolve(header)
    })
  })
}

/** Links are small and must be known before anything is unpacked beside them. */
async function readLinks(
  archive: ArchiveFile,
  listed: Map<string, ListedEntry>,
  tree: PathTree
): Promise<void> {
  const links = [...listed.values()].filter(({ shown }) => shown.kind === 'link')
  if (links.length > MAX_LINKS) throw invalid(archive.file, `it has more than ${MAX_LINKS} links`)
  for (const link of links) {
    if (link.shown.size > MAX_TARGET_BYTES) {
      throw invalidEntry(archive.file, link.name, `has a target longer than ${MAX_TARGET_BYTES} bytes`)
    }
    const target = (await collect(unpackEntry(archive, link))).toString('utf8')
    tree.setTarget(link.name, target)
    listed.set(link.name, { ...link, shown: { ...link.shown, target } })
  }
  for (const link of links) {
    const { problem, path, exists } = tree.follow(link.name)
    const known = listed.get(link.name)
    if (known && exists && path !== undefined) listed.set(link.name, { ...known, leadsTo: path })
    if (problem) throw invalidEntry(archive.file, link.name, `is a link that ${problem}`)
  }
}
