/** Publishing, before anything leaves this computer: the future app, whether it changed, and its next version. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Sha256 } from './app.ts'
import { Finding } from './finding.ts'
import { HostPath } from './host-path.ts'
import { Manifest } from './manifest.ts'

const byPath = z.object({ path: HostPath })

/** The App that a chosen folder or bundle would become. */
export const Publishable = z.object({
  /** Absolute path of the project's folder, or of the bundle. */
  path: z.string(),
  kind: z.enum(['project', 'bundle']),
  /** Absent if too little of it parses. */
  manifest: Manifest.optional(),
  /** Findings with severity `error` prevent publishing. */
  findings: z.array(Finding),
  /** Number of files that go in. */
  count: z.int().min(0),
  /** Total bytes of these files, or the size of the bundle. */
  size: z.int().min(0),
  /** PNG or JPEG from static/, at most 512 KiB; absent if there is none. */
  icon: z.instanceof(Blob).optional(),
  /** Possible next versions; absent for a bundle, and if the version is not a semver version. */
  next: z.object({ patch: z.string(), minor: z.string(), major: z.string() }).optional()
})
export type Publishable = z.infer<typeof Publishable>

export const publishingContract = {
  /** Inspects a project's folder or a `.qz`. NOT_FOUND without a manifest, INVALID if the file is not a bundle. */
  look: oc.input(byPath).output(Publishable),
  /** SHA-256 of the bundle the folder would become now, or of the `.qz`; the same as the App's if nothing changed. */
  digest: oc.input(byPath).output(z.object({ sha256: Sha256 })),
  /**
   * Writes the manifest's Version and changes no other byte. CONFLICT if it is no longer `from`, INVALID if `to` is not
   * a semver version.
   */
  setVersion: oc
    .input(z.object({ path: HostPath, from: z.string(), to: z.string().max(256) }))
    .output(z.object({ version: z.string() }))
}
