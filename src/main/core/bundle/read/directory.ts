/** Reads a bundle's list of entries and checks each alone and against the others, before any of them is unpacked. */
import type { Entry, LocalFileHeader } from 'yauzl'
import { t } from '#shared/language.ts'
import type { BundleLimits } from '../limits.ts'
import { createPace } from '../pace.ts'
import { createPathTree, MAX_TARGET_BYTES, type PathTree } from '../path-tree.ts'
import { type ArchiveFile, invalid, invalidEntry, sentence } from './archive-file.ts'
import type { BundleEntry, ListedEntry } from './entry.ts'
import { entryName, entryShape, headerProblem, packingProblem } from './entry-check.ts'
import { checkExtents, type DirectoryFrame, type Extent, readFrame } from './frame-check.ts'
import { checkNested } from './nested-check.ts'
import { collect, unpackEntry } from './unpack.ts'

export interface ListingOptions {
  readonly limits: BundleLimits
  readonly signal?: AbortSignal | undefined
  /** The platform whose rules for names apply, besides those of the format. */
  readonly platform: NodeJS.Platform
}

const MAX_LINKS = 10_000

/** The entries by path, in the order of the list. INVALID for anything that cannot be trusted. */
export async function listEntries(
  archive: ArchiveFile,
  options: ListingOptions
): Promise<Map<string, ListedEntry>> {
  const { file } = archive
  const { limits } = options
  const frame = await readFrame(archive)
  if (frame.count > limits.entries) {
    throw invalid(file, t`it has ${frame.count} entries, more than the ${limits.entries} allowed`)
  }
  if (frame.size > limits.directoryBytes) throw invalid(file, t`its list of entries is too long`)
  const tree = createPathTree(2 * limits.entries)
  const claimed = await readClaims(archive, frame, tree, options)
  const starts = await readHeaders(archive, claimed, options.signal)
  const listed = new Map<string, ListedEntry>()
  const extents: Extent[] = []
  for (const [index, claim] of claimed.entries()) {
    const dataStart = starts[index] ?? 0
    const { name, entry } = claim
    listed.set(name, { ...claim, dataStart })
    const start = entry.relativeOffsetOfLocalHeader
    extents.push({ name, entry, start, end: dataStart + entry.compressedSize })
  }
  await checkExtents(archive, extents, frame.offset)
  await readLinks(archive, listed, tree)
  await checkNested(archive, listed.values(), limits, options.signal)
  return listed
}

function checkTotal(archive: ArchiveFile, name: string, total: number, limits: BundleLimits): void {
  if (total > limits.totalBytes) {
    throw invalidEntry(archive.file, name, t`takes it over the ${limits.totalBytes} bytes allowed unpacked`)
  }
  if (total > limits.harmlessBytes && total > archive.size * limits.ratio) {
    throw invalidEntry(archive.file, name, t`makes it unpack to over ${limits.ratio} times its size`)
  }
}

/** An entry as the central directory describes it. */
type Claim = Omit<ListedEntry, 'dataStart'>

async function readClaims(
  archive: ArchiveFile,
  frame: DirectoryFrame,
  tree: PathTree,
  { platform, signal, limits }: ListingOptions
): Promise<Claim[]> {
  const { file } = archive
  const pace = createPace(signal)
  const claims: Claim[] = []
  let read = 0
  let total = 0
  for (let index = 0; index < frame.count; index++) {
    await pace()
    const entry = await nextEntry(archive, index)
    read += 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
    if (read > frame.size) throw invalid(file, t`its list of entries is longer than it says`)
    const shown = checkClaim(archive, entry, platform)
    const collision = tree.add(shown.path, shown.kind)
    if (collision) throw invalidEntry(file, shown.path, collision)
    total += shown.size
    checkTotal(archive, shown.path, total, limits)
    claims.push({ name: shown.path, entry, shown })
  }
  if (read !== frame.size) throw invalid(file, t`its list of entries is shorter than it says`)
  return claims
}

function checkClaim({ file }: ArchiveFile, entry: Entry, platform: NodeJS.Platform): BundleEntry {
  const { name, problem } = entryName(entry, platform)
  if (problem) throw invalidEntry(file, name, problem)
  const shape = entryShape(entry, name)
  if ('problem' in shape) throw invalidEntry(file, name, shape.problem)
  const fault = packingProblem(entry, shape.kind)
  if (fault) throw invalidEntry(file, name, fault)
  const { uncompressedSize: size, compressedSize, crc32 } = entry
  return { path: name, ...shape, size, compressedSize, crc32 }
}

/** Finds where the content of each entry begins: reads its local header, in the order of the file, and compares it. */
async function readHeaders(
  archive: ArchiveFile,
  claims: readonly Claim[],
  signal: AbortSignal | undefined
): Promise<readonly number[]> {
  const pace = createPace(signal)
  const starts = new Array<number>(claims.length).fill(0)
  const order = claims
    .map(({ name, entry }, index) => ({ name, entry, index }))
    .sort((a, b) => a.entry.relativeOffsetOfLocalHeader - b.entry.relativeOffsetOfLocalHeader)
  for (const { name, entry, index } of order) {
    await pace()
    const local = await localHeader(archive, entry, name)
    const disagreement = headerProblem(entry, local)
    if (disagreement) throw invalidEntry(archive.file, name, disagreement)
    starts[index] = local.fileDataStart
  }
  return starts
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
      reject(invalid(file, t`at entry ${index + 1}, ${sentence(error)}`))
    }
    const ended = () => failed(new Error(t`the list of entries ends too early`))
    zip.on('entry', found).on('error', failed).on('end', ended)
    zip.readEntry()
  })
}

function localHeader({ zip, file }: ArchiveFile, entry: Entry, name: string): Promise<LocalFileHeader> {
  return new Promise((resolve, reject) => {
    zip.readLocalFileHeader(entry, (error, header) => {
      if (error) reject(invalidEntry(file, name, t`has no header of its own: ${sentence(error)}`))
      else resolve(header)
    })
  })
}

/** Reads links first: they are small, and must be known before anything is unpacked beside them. */
async function readLinks(
  archive: ArchiveFile,
  listed: Map<string, ListedEntry>,
  tree: PathTree
): Promise<void> {
  const links = [...listed.values()].filter(({ shown }) => shown.kind === 'link')
  if (links.length > MAX_LINKS) throw invalid(archive.file, t`it has more than ${MAX_LINKS} links`)
  for (const link of links) {
    if (link.shown.size > MAX_TARGET_BYTES) {
      throw invalidEntry(archive.file, link.name, t`has a target longer than ${MAX_TARGET_BYTES} bytes`)
    }
    const target = (await collect(unpackEntry(archive, link))).toString('utf8')
    tree.setTarget(link.name, target)
    listed.set(link.name, { ...link, shown: { ...link.shown, target } })
  }
  for (const link of links) {
    const { problem, path, exists } = tree.follow(link.name)
    const known = listed.get(link.name)
    if (known && exists && path !== undefined) listed.set(link.name, { ...known, leadsTo: path })
    if (problem) throw invalidEntry(archive.file, link.name, t`is a link that ${problem}`)
  }
}
