/** How much a bundle may claim before it is refused unread. */

export interface BundleLimits {
  readonly entries: number
  /** Bytes of all entries, unpacked. */
  readonly totalBytes: number
  /** Unpacked bytes for each byte of the file, asked only of what unpacks to more than `harmlessBytes`. */
  readonly ratio: number
  readonly harmlessBytes: number
  /** Bytes of the list of entries. */
  readonly directoryBytes: number
}

const GiB = 1024 ** 3

export const DEFAULT_LIMITS: BundleLimits = {
  entries: 100_000,
  totalBytes: 16 * GiB,
  ratio: 100,
  harmlessBytes: GiB,
  directoryBytes: 64 * 1024 * 1024
}
