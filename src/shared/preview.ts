/** A bundle before it is one: what goes in, what would change against a published version, and the text of its files. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { FileText } from './bundle.ts'
import { HostPath } from './host-path.ts'

/** Most paths one call changes. */
export const MAX_CHOSEN = 1_000

const EntryFacts = z.object({
  /** Bytes before compression. */
  size: z.int().min(0),
  /** Unix permission bits. */
  mode: z.int()
})

export const FileChange = z.object({
  path: z.string(),
  /** `mode`: only the permission bits differ. Content differs where size or CRC-32 does. */
  change: z.enum(['added', 'removed', 'changed', 'mode']),
  /** In the published version; absent where it was added. */
  before: EntryFacts.optional(),
  /** Now; absent where it was removed. */
  after: EntryFacts.optional()
})
export type FileChange = z.infer<typeof FileChange>

export const Comparison = z.object({
  app: z.object({ id: z.uuid(), name: z.string(), version: z.string() }),
  /** Sorted by path. Folders are listed only where they are empty. */
  changes: z.array(FileChange),
  /** Entries that are the same in both. */
  unchanged: z.int().min(0)
})
export type Comparison = z.infer<typeof Comparison>

export const previewContract = {
  /**
   * Puts files or folders into the bundle or leaves them out, with lines in the project's own `.q8signore`; its other
   * lines stay. INVALID where another rule is stronger, naming it, and for what must be in every bundle.
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
  /** A file of a project that goes into its bundle, or an entry of a `.qz`. NOT_FOUND for any other file. */
  text: oc.input(z.object({ path: HostPath, file: z.string().min(1).max(4096) })).output(FileText),
  /** What a project, or a `.qz`, changes against an App of the connection's platform. */
  compare: oc.input(z.object({ path: HostPath, appId: z.uuid() })).output(Comparison)
}
