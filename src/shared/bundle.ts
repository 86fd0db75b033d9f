/** Bundles: the contents of a `.qz`, and how its bytes reach a platform (content-addressed and resumable). */
import { z } from 'zod'
import { FileReason } from './file-reason.ts'
import { Finding } from './finding.ts'
import { Manifest } from './manifest.ts'
import { conflict, procedure } from './procedure.ts'
import { Sha256 } from './sha256.ts'

/** Whether a path has the file extension of a bundle. Does not check that the file exists or what it contains. */
export function isBundlePath(path: string): boolean {
  return /\.(qz|wave|zip)$/i.test(path)
}

/** A path of a project, and whether it goes into the bundle. */
export const FileEntry = z.object({
  /** Relative to the project, forward slashes; folders end in "/". */
  path: z.string(),
  /** Bytes; 0 for folders and links. */
  size: z.int().min(0),
  included: z.boolean(),
  /** Why it goes in or stays out; `reasonText` makes the text. */
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
      /** CRC-32 of the content as stored in the archive; unpacking checks it. */
      crc32: z.int().min(0)
    })
  )
})
export type BundleListing = z.infer<typeof BundleListing>

/** Largest file, in bytes, that is shown as text. */
export const MAX_TEXT_BYTES = 512 * 1024

/** A file shown as text. */
export const FileText = z.object({
  /** Bytes of the file. */
  size: z.int().min(0),
  /** Absent if the file cannot be shown as text. */
  text: z.string().optional(),
  /** Why there is no text: the file is larger than `MAX_TEXT_BYTES`, or not UTF-8. */
  problem: z.enum(['large', 'binary']).optional()
})
export type FileText = z.infer<typeof FileText>

/** Most bytes that one `append` may carry. */
export const MAX_CHUNK = 4 * 1024 * 1024

/** Every platform has this: a bundle is uploaded before `apps.import`. */
export const uploadsContract = {
  /** How many bytes of the bundle the platform already has: 0 for none, `size` for all. */
  status: procedure
    .route({ method: 'GET', path: '/uploads/{sha256}' })
    .input(z.object({ sha256: Sha256, size: z.int().min(1) }))
    .output(z.object({ offset: z.int().min(0) })),
  /**
   * Appends at `offset`, which must equal the number of bytes the platform has (else CONFLICT; data.offset has that
   * number). The last byte triggers a check of the hash: INVALID on a mismatch, and the upload starts again from 0.
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
  /** Deletes the uploaded bytes after a publish was cancelled. Bundles that an app refers to stay. */
  discard: procedure
    .route({ method: 'DELETE', path: '/uploads/{sha256}' })
    .input(z.object({ sha256: Sha256 }))
    .output(z.void())
}
