/** A bundle before it is written: its files, its changes against a published version, and the text of its files. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { FileText } from './bundle.ts'
import { HostPath } from './host-path.ts'

/** Most paths that one call can change. */
export const MAX_CHOSEN = 1_000

const EntryFacts = z.object({
  /** Bytes before compression. */
  size: z.int().min(0),
  /** Unix permission bits. */
  mode: z.int()
})

export const FileChange = z.object({
  path: z.string(),
  /** `mode`: only the permission bits differ. Content counts as different if size or CRC-32 differ. */
  change: z.enum(['added', 'removed', 'changed', 'mode']),
  /** In the published version; absent if the file was added. */
  before: EntryFacts.optional(),
  /** Now; absent if the file was removed. */
  after: EntryFacts.optional()
})
export type FileChange = z.infer<typeof FileChange>

export const Comparison = z.object({
  app: z.object({ id: z.uuid(), name: z.string(), version: z.string() }),
  /** Sorted by path. Only empty folders are listed. */
  changes: z.array(FileChange),
  /** Number of entries that are the same in both. */
  unchanged: z.int().min(0)
})
export type Comparison = z.infer<typeof Comparison>

export const previewContract = {
  /**
   * Includes files or folders in the bundle or excludes them, with lines in the project's own `.q8signore`; its other
   * lines stay. INVALID, naming the rule, if another rule overrides the choice; INVALID for files every bundle must
   * have.
   */
  choose: oc
    .input(
      z.object({
        path: HostPath,
        /** As in the list of files: relative, forward slashes; folders end in "/". */
        files: z.array(z.string().min(1).max(4096)).min(1).max(MAX_CHOSEN),
        included: z.boolean()
      })
    )
    .output(z.object({ lines: z.array(z.string()) })),
  /** A file that goes into the project's bundle, or an entry of a `.qz`. NOT_FOUND for any other file. */
  text: oc.input(z.object({ path: HostPath, file: z.string().min(1).max(4096) })).output(FileText),
  /** Changes in a project or a `.qz` against an App of the connection's platform. */
  compare: oc.input(z.object({ path: HostPath, appId: z.uuid() })).output(Comparison)
}
