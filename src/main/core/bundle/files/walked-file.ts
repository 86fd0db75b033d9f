/** A file, folder or link of a project, in or out of its bundle. */
import type { FileReason } from '#shared/file-reason.ts'
import type { Finding } from '#shared/finding.ts'

export interface WalkedFile {
  /** Relative to the project, forward slashes; folders end in "/". */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
  /** Bytes; 0 for folders and links. */
  readonly size: number
  readonly included: boolean
  readonly reason: FileReason
  /** An ignore file leaves it out. */
  readonly isIgnored?: boolean | undefined
  /** Permission bits as the bundle will have them: 0o644 or 0o755. */
  readonly mode: number
  /** Where a link points, forward slashes. */
  readonly target?: string
  /** Identity of the content on disk: milliseconds since the epoch, to the fraction, and the inode. 0 for folders. */
  readonly mtimeMs: number
  readonly ctimeMs: number
  readonly inode: number
  /** What is to be said of it. An error means that no bundle can be made while it is so. */
  readonly finding?: Finding
}
