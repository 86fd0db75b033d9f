/** An entry of a bundle: as its file has it, and as it is shown. */
import type { Entry } from 'yauzl'

export interface PackedEntry {
  readonly name: string
  readonly entry: Entry
  /** First byte of the content in the file. */
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
  /** CRC-32 of what it unpacks to. */
  readonly crc32: number
  /** Where a link points: inside the bundle, always. */
  readonly target?: string
}

export interface ListedEntry extends PackedEntry {
  readonly shown: BundleEntry
  /** Path of what a link leads to, where that is there. */
  readonly leadsTo?: string
}
