/** Checks one entry's headers: its name, kind and compression, and that both headers agree. */
import { crc32 } from 'node:zlib'
import type { Entry, LocalFileHeader } from 'yauzl'
import { t } from '#shared/language.ts'
import { isAscii, pathProblem, windowsProblem } from '../names.ts'

const FLAG_ENCRYPTED = 0x0001
const FLAG_DESCRIPTOR = 0x0008
const FLAG_UTF8 = 0x0800
/** Two bits that only give the compression level, the descriptor bit and the UTF-8 bit. */
const FLAGS_KNOWN = 0x0006 | FLAG_DESCRIPTOR | FLAG_UTF8
const UINT32_MAX = 0xffffffff
const EXTRA_ZIP64 = 0x0001
const EXTRA_UNICODE_PATH = 0x7075
/** The most that a deflate stream can expand, as a factor. */
const MAX_DEFLATE_RATIO = 1033

/** What is wrong with an entry, as words that follow its name; undefined if nothing is. */
type Problem = string | undefined

export interface NamedEntry {
  readonly name: string
  readonly problem: Problem
}

export function entryName(entry: Entry, platform: NodeJS.Platform): NamedEntry {
  // With `decodeStrings` off, yauzl's "fileName" is the raw bytes.
  const raw = entry.fileNameRaw
  const utf8 = (entry.generalPurposeBitFlag & FLAG_UTF8) !== 0
  const name = decodeUtf8(raw)
  if (name === undefined) return { name: raw.toString('latin1'), problem: t`has a name that is not UTF-8` }
  if (!utf8 && !isAscii(name) && !saysUnicodePath(entry)) {
    return { name, problem: t`has a name that is not marked as UTF-8` }
  }
  if (utf8OverruledBy(entry, raw)) return { name, problem: t`has two different names` }
  const problem = pathProblem(name) ?? (platform === 'win32' ? windowsProblem(name) : undefined)
  return { name, problem: problem && t`has a name that ${problem}` }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Info-ZIP's extra field for a UTF-8 name: version, CRC-32 of the plain name, name. */
function unicodePath(entry: Entry): Buffer | undefined {
  const field = entry.extraFields.find(({ id }) => id === EXTRA_UNICODE_PATH)
  return field && field.data.length > 5 ? field.data : undefined
}

function saysUnicodePath(entry: Entry): boolean {
  const field = unicodePath(entry)
  return field?.readUInt32LE(1) === crc32(entry.fileNameRaw)
}

/** Readers differ in which of two names they use, so there must not be two. */
function utf8OverruledBy(entry: Entry, raw: Buffer): boolean {
  const field = unicodePath(entry)
  return field !== undefined && !field.subarray(5).equals(raw)
}

export type EntryKind = 'file' | 'folder' | 'link'

export interface EntryShape {
  readonly kind: EntryKind
  /** Permission bits when unpacked: 0o644 or 0o755. */
  readonly mode: number
}

const KINDS: ReadonlyMap<number, EntryKind | string> = new Map([
  [0o000000, 'file'],
  [0o100000, 'file'],
  [0o040000, 'folder'],
  [0o120000, 'link']
])
const OTHER_KINDS: ReadonlyMap<number, () => string> = new Map([
  [0o010000, () => t`is a named pipe`],
  [0o020000, () => t`is a device`],
  [0o060000, () => t`is a device`],
  [0o140000, () => t`is a socket`]
])

export function entryShape(entry: Entry, name: string): EntryShape | { readonly problem: string } {
  const attributes = entry.externalFileAttributes >>> 16
  const type = attributes & 0o170000
  const kind = KINDS.get(type)
  if (kind === undefined) return { problem: OTHER_KINDS.get(type)?.() ?? t`is of an unknown kind` }
  const folder = name.endsWith('/')
  if (folder !== (kind === 'folder') && !(folder && type === 0)) {
    return { problem: folder ? t`is named like a folder and is none` : t`is a folder and not named like one` }
  }
  if (folder) return { kind: 'folder', mode: 0o755 }
  if (kind === 'link') return { kind, mode: 0o755 }
  return { kind: 'file', mode: attributes & 0o111 ? 0o755 : 0o644 }
}

/** Checks that the entry can be unpacked, and that its sizes are possible. */
export function packingProblem(entry: Entry, kind: EntryKind): Problem {
  const { generalPurposeBitFlag: flags, compressionMethod: method, uncompressedSize, compressedSize } = entry
  if (flags & FLAG_ENCRYPTED) return t`is encrypted`
  if (flags & ~FLAGS_KNOWN) return t`needs a feature that no bundle has (flags 0x${flags.toString(16)})`
  if (method !== 0 && method !== 8) return t`is packed by a method that no bundle has (${method})`
  if (!Number.isSafeInteger(uncompressedSize) || !Number.isSafeInteger(compressedSize)) {
    return t`claims a size that no file has`
  }
  if (kind === 'folder' && uncompressedSize > 0) return t`is a folder and has content`
  if (method === 0 && uncompressedSize !== compressedSize) return t`is stored, with two different sizes`
  if (method === 8 && uncompressedSize > (compressedSize + 1) * MAX_DEFLATE_RATIO) {
    return t`claims ${uncompressedSize} bytes, more than its ${compressedSize} packed ones can hold`
  }
  return undefined
}

/** The local header must agree with the central directory, or readers would see different content. */
export function headerProblem(entry: Entry, local: LocalFileHeader): Problem {
  const same =
    local.fileName.equals(entry.fileNameRaw) &&
    local.generalPurposeBitFlag === entry.generalPurposeBitFlag &&
    local.compressionMethod === entry.compressionMethod
  if (!same) return t`has two headers that disagree`
  const sizes = localSizes(local)
  if (!sizes) return t`has a damaged header`
  const late = hasDescriptor(entry)
  const agree = (inLocal: number, inDirectory: number) => inLocal === inDirectory || (late && inLocal === 0)
  const agreed =
    agree(local.crc32, entry.crc32) &&
    agree(sizes.compressedSize, entry.compressedSize) &&
    agree(sizes.size, entry.uncompressedSize)
  return agreed ? undefined : t`has two headers that disagree about its size or checksum`
}

export function hasDescriptor(entry: Entry): boolean {
  return (entry.generalPurposeBitFlag & FLAG_DESCRIPTOR) !== 0
}

function localSizes(local: LocalFileHeader): { size: number; compressedSize: number } | undefined {
  const { uncompressedSize: size, compressedSize } = local
  if (size !== UINT32_MAX && compressedSize !== UINT32_MAX) return { size, compressedSize }
  const field = findExtra(local.extraField, EXTRA_ZIP64)
  if (!field || field.length < 16) return undefined
  return {
    size: size === UINT32_MAX ? Number(field.readBigUInt64LE(0)) : size,
    compressedSize: compressedSize === UINT32_MAX ? Number(field.readBigUInt64LE(8)) : compressedSize
  }
}

function findExtra(extra: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2)
    if (end > extra.length) return undefined
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, end)
    at = end
  }
  return undefined
}

/**
 * Whether the bytes after an entry's content are its data descriptor and nothing else: CRC-32 and sizes, of 4 or 8
 * bytes, with or without a signature.
 */
export function isDescriptor(gap: Buffer, entry: Entry): boolean {
  const signed = gap.length === 16 || gap.length === 24
  if (signed && gap.readUInt32LE(0) !== 0x08074b50) return false
  const fields = signed ? gap.subarray(4) : gap
  if (fields.length === 12) {
    const [crc, packed, size] = [0, 4, 8].map(at => fields.readUInt32LE(at))
    return crc === entry.crc32 && packed === entry.compressedSize && size === entry.uncompressedSize
  }
  if (fields.length !== 20 || fields.readUInt32LE(0) !== entry.crc32) return false
  return (
    fields.readBigUInt64LE(4) === BigInt(entry.compressedSize) &&
    fields.readBigUInt64LE(12) === BigInt(entry.uncompressedSize)
  )
}
