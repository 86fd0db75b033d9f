/** Publishing as a user sees it before anything leaves this computer: what it is, whether it changed, its next version. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Sha256 } from './app.ts'
import { Finding } from './finding.ts'
import { HostPath } from './host-path.ts'
import { Manifest } from './manifest.ts'

const byPath = z.object({ path: HostPath })

/** What a folder or a bundle the user chose would be as an App. */
export const Publishable = z.object({
  /** Absolute path of the project's folder, or of the bundle. */
  path: z.string(),
  kind: z.enum(['project', 'bundle']),
  /** Where it parses far enough. */
  manifest: Manifest.optional(),
  /** Those with severity `error` keep it from being published. */
  findings: z.array(Finding),
  /** Files that go in. */
  count: z.int().min(0),
  /** Bytes: of these files, or of the bundle. */
  size: z.int().min(0),
  /** PNG or JPEG from static/, at most 512 KiB; absent where there is none. */
  icon: z.instanceof(Blob).optional(),
  /** Versions that may follow; absent for a bundle, and where the version is no semver version. */
  next: z.object({ patch: z.string(), minor: z.string(), major: z.string() }).optional()
})
export type Publishable = z.infer<typeof Publishable>

export const publishingContract = {
  /** Looks at a project's folder or a `.qz`. NOT_FOUND without a manifest, INVALID for what is no bundle. */
  look: oc.input(byPath).output(Publishable),
  /** Identity of the bundle the folder would become now, or of the `.qz`: equal to an App's where nothing changed. */
  digest: oc.input(byPath).output(z.object({ sha256: Sha256 })),
  /**
   * Writes the manifest's Version and not one other byte. CONFLICT when it is no longer `from`, INVALID when `to` is
   * no semver version.
   */
  setVersion: oc
    .input(z.object({ path: HostPath, from: z.string(), to: z.string().max(256) }))
    .output(z.object({ version: z.string() }))
}
