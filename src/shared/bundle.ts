/** Bundles: what is in a `.qz`, and how its bytes reach a platform (content-addressed and resumable). */
import { z } from 'zod'
import { FileReason } from './file-reason.ts'
import { Finding } from './finding.ts'
import { Manifest } from './manifest.ts'
import { conflict, procedure } from './procedure.ts'
import { Sha256 } from './sha256.ts'

/** Whether a path is called like a bundle: nothing is said of what is in the file, or whether there is one. */
export function isBundlePath(path: string): boolean {
  return /\.(qz|wave|zip)$/i.test(path)
}

/** One path of a project, and whether it goes into the bundle. */
export const FileEntry = z.object({
  /** Relative to the project, forward slashes; folders end in "/". */
  path: z.string(),
  /** Bytes; 0 for folders and links. */
  size: z.int().min(0),
  included: z.boolean(),
  /** Why; `reasonText` has the words. */
  reason: FileReason
})
export type FileEntry = z.infer<typeof FileEntry>

export const BundleListing = z.object({
  sha256: Sha256,
  size: z.int().min(0),
  manifest: Manifest.optional(),
  findings: z.array(Finding),
  entries: z.array(
    z.object({
      path: z.string(),
      kind: z.enum(['file', 'folder', 'link']),
      size: z.int().min(0),
      compressedSize: z.int().min(0),
      /** Unix permission bits, e.g. 0o644. */
      mode: z.int(),
      /** CRC-32 of the content, as the archive tells it: unpacking checks it. */
      crc32: z.int().min(0)
    })
  )
})
export type BundleListing = z.infer<typeof BundleListing>

/** Bytes of a file that is shown as text; larger ones are not. */
export const MAX_TEXT_BYTES = 512 * 1024

/** A file as text to be looked at. */
export const FileText = z.object({
  /** Bytes of the file. */
  size: z.int().min(0),
  /** Absent where there is none to show. */
  text: z.string().optional(),
  /** Why there is none: larger than `MAX_TEXT_BYTES`, or not UTF-8. */
  problem: z.enum(['large', 'binary']).optional()
})
export type FileText = z.infer<typeof FileText>

/** Bytes an `append` may carry. */
export const MAX_CHUNK = 4 * 1024 * 1024

/** Part of every platform: uploading comes before `apps.import`. */
export const uploadsContract = {
  /** How much of the bundle the platform already has: 0 for none, `size` for all of it. */
  status: procedure
    .route({ method: 'GET', path: '/uploads/{sha256}' })
    .input(z.object({ sha256: Sha256, size: z.int().min(1) }))
    .output(z.object({ offset: z.int().min(0) })),
  /**
   * Appends at `offset`, which must equal what the platform has (else CONFLICT, data.offset says where it is).
   * When the last byte is in, the hash is checked: INVALID on a mismatch, and the upload starts anew.
   */
  append: procedure
    .route({ method: 'PATCH', path: '/uploads/{sha256}' })
    .errors(conflict(z.object({ offset: z.int().min(0) })))
    .input(
      z.object({
        sha256: Sha256,
        size: z.int().min(1),
        offset: z.int().min(0),
        data: z.instanceof(Blob).refine(blob => blob.size <= MAX_CHUNK, 'at most 4 MiB a chunk')
      })
    )
    .output(z.object({ offset: z.int().min(0) })),
  /** Takes back what was uploaded: for a publish that was cancelled. What an app refers to stays. */
  discard: procedure
    .route({ method: 'DELETE', path: '/uploads/{sha256}' })
    .input(z.object({ sha256: Sha256 }))
    .output(z.void())
}
