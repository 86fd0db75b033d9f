/** Checks that a bundle consists of its entries, its directory and its end, in this order, and nothing else. */
import type { Entry } from 'yauzl'
import { t } from '#shared/language.ts'
import { type ArchiveFile, invalid, invalidEntry } from './archive-file.ts'
import { hasDescriptor, isDescriptor } from './entry-check.ts'

const END_BYTES = 22
const WIDE_END_BYTES = 56
const LOCATOR_BYTES = 20
const UINT16_MAX = 0xffff
const UINT32_MAX = 0xffffffff
const MAX_DESCRIPTOR = 24

export interface DirectoryFrame {
  readonly offset: number
  /** Bytes. */
  readonly size: number
  readonly count: number
}

/** Reads the directory's place and size from the records at the end, and checks that these agree. */
export async function readFrame(archive: ArchiveFile): Promise<DirectoryFrame> {
  const { file, zip } = archive
  const end = archive.size - END_BYTES - Buffer.from(zip.comment).length
  const record = await archive.read(end, END_BYTES)
  const narrow = {
    count: record.readUInt16LE(10),
    size: record.readUInt32LE(12),
    offset: record.readUInt32LE(16)
  }
  const disks = record.readUInt32LE(4) !== 0 || record.readUInt16LE(8) !== narrow.count
  const wide = await readWide(archive, end)
  if (disks && !wide) throw invalid(file, t`it is one part of an archive in several`)
  const frame = wide?.frame ?? narrow
  const agree =
    !wide ||
    ((narrow.count === UINT16_MAX || narrow.count === frame.count) &&
      (narrow.size === UINT32_MAX || narrow.size === frame.size) &&
      (narrow.offset === UINT32_MAX || narrow.offset === frame.offset))
  if (!agree) throw invalid(file, t`the records at its end disagree`)
  if (!Object.values(frame).every(Number.isSafeInteger)) throw invalid(file, t`it claims a size no file has`)
  if (frame.offset + frame.size !== (wide?.start ?? end)) {
    throw invalid(file, t`there are bytes before or after it that belong to no entry`)
  }
  return frame
}

async function readWide(archive: ArchiveFile, end: number) {
  const at = end - LOCATOR_BYTES
  if (at < 0) return undefined
  const locator = await archive.read(at, LOCATOR_BYTES)
  if (locator.readUInt32LE(0) !== 0x07064b50) return undefined
  const start = Number(locator.readBigUInt64LE(8))
  if (start !== at - WIDE_END_BYTES) {
    throw invalid(archive.file, t`there are bytes at its end that belong to no entry`)
  }
  const record = await archive.read(start, WIDE_END_BYTES)
  const count = Number(record.readBigUInt64LE(32))
  const size = Number(record.readBigUInt64LE(40))
  const offset = Number(record.readBigUInt64LE(48))
  return { start, frame: { count, size, offset } }
}

export interface Extent {
  readonly name: string
  readonly entry: Entry
  /** Positions of the local header, and of the first byte after the content. */
  readonly start: number
  readonly end: number
}

/** Checks that entries follow each other without a gap or an overlap, from the first byte to the directory. */
export async function checkExtents(
  archive: ArchiveFile,
  extents: readonly Extent[],
  directory: number
): Promise<void> {
  const { file } = archive
  const sorted = [...extents].sort((a, b) => a.start - b.start)
  if ((sorted[0]?.start ?? directory) !== 0) {
    throw invalid(file, t`there are bytes before its first entry`)
  }
  for (const [index, extent] of sorted.entries()) {
    const next = sorted[index + 1]?.start ?? directory
    const gap = next - extent.end
    if (gap < 0) throw invalidEntry(file, extent.name, t`overlaps with what follows it`)
    if (gap === 0 && !hasDescriptor(extent.entry)) continue
    const descriptor =
      hasDescriptor(extent.entry) &&
      gap <= MAX_DESCRIPTOR &&
      isDescriptor(await archive.read(extent.end, gap), extent.entry)
    if (!descriptor) throw invalidEntry(file, extent.name, t`is followed by bytes that belong to no entry`)
  }
}
