/** Checks whether a bundle may become an App. */
import type { BundleListing } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import { hasErrors } from '#shared/finding.ts'
import { plural, t } from '#shared/language.ts'
import type { Manifest } from '#shared/manifest.ts'
import { isReserved } from './env.ts'

export interface ImportRequest {
  readonly sha256: string
  /** Used instead of the manifest's Version. */
  readonly version?: string | undefined
}

/** Returns the manifest of a bundle that may become an App; else throws INVALID with data.findings. */
export async function requireImportable(listing: BundleListing, wanted: ImportRequest): Promise<Manifest> {
  const manifest = requireSound(listing, wanted.sha256)
  const reserved = manifest.Env.find(({ Name }) => isReserved(Name))
  if (reserved) {
    throw refused(
      listing,
      t`[[Env]] asks for ${reserved.Name}: names beginning with Q8S are reserved.`,
      t`Rename it in the manifest, then bundle the project again.`
    )
  }
  if (wanted.version !== undefined) await requireVersion(listing, wanted.version)
  return manifest
}

function requireSound(listing: BundleListing, sha256: string): Manifest {
  const { manifest, findings } = listing
  if (listing.sha256 !== sha256) {
    throw refused(
      listing,
      t`The stored bundle is damaged: its SHA-256 changed.`,
      t`Check the disk of the state folder.`
    )
  }
  if (manifest && !hasErrors(findings)) return manifest
  const errors = findings.filter(finding => finding.severity === 'error')
  const first = errors[0]?.message ?? t`The bundle has no manifest.`
  throw refused(
    listing,
    errors.length > 1 ? t`The bundle has ${plural(errors.length, 'problem')}. ${first}` : first,
    t`Fix the problems listed, then bundle the project again.`
  )
}

async function requireVersion(listing: BundleListing, version: string): Promise<void> {
  // Loaded here so that listing apps, which every command does, need not wait for it.
  const { isSemver } = await import('#shared/version.ts')
  if (isSemver(version)) return
  throw refused(
    listing,
    t`The version "${version}" is not a semantic version.`,
    t`Use three numbers, as in 0.1.0.`
  )
}

function refused({ findings }: BundleListing, message: string, hint: string): AppError {
  return new AppError('INVALID', message, hint, { data: { findings } })
}

/** CONFLICT for a Name and Version that already exist. */
export function existsAlready(name: string, version: string): AppError {
  return new AppError(
    'CONFLICT',
    t`${name} ${version} exists already, and an app never changes.`,
    t`Raise Version first (\`q8s-cli bump\`), or use \`q8s-cli bundle deploy\`, which makes a version of
      its own.`,
    { data: { name, version } }
  )
}
