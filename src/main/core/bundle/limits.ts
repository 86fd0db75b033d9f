/** Limits of a bundle: it is refused without unpacking if its headers claim more. */

export interface BundleLimits {
  readonly entries: number
  /** Bytes of all entries when unpacked. */
  readonly totalBytes: number
  /** Unpacked bytes per byte of the file; applies only to bundles that unpack to more than `harmlessBytes`. */
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
