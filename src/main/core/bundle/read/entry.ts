/** An entry of a bundle: as stored in the file, and as shown. */
import type { Entry } from 'yauzl'

export interface PackedEntry {
  readonly name: string
  readonly entry: Entry
  /** Position of the first byte of the content in the file. */
  readonly dataStart: number
}

export interface BundleEntry {
  /** Forward slashes; folders end in "/". */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  /** Bytes unpacked and packed. */
  readonly size: number
  readonly compressedSize: number
  /** Permission bits: 0o644 or 0o755. */
  readonly mode: number
  /** CRC-32 of the unpacked content. */
  readonly crc32: number
  /** The target of a link; it is always inside the bundle. */
  readonly target?: string
}

export interface ListedEntry extends PackedEntry {
  readonly shown: BundleEntry
  /** The path that a link leads to, if it exists. */
  readonly leadsTo?: string
}
