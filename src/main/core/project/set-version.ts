/** Changes the Version in a project's manifest, and no other byte. */
import { AppError } from '#shared/errors.ts'
import { applyEdits } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { setValue } from '#shared/manifest-text/edit.ts'
import { isSemver } from '#shared/version.ts'
import { parseManifest } from '../manifest/parse.ts'
import type { FileLocks } from '../ports.ts'
import { changeManifest, findManifest } from './manifest-file.ts'

/** CONFLICT if it is no longer `from`; INVALID if `to` is not a semantic version or the manifest is not TOML. */
export async function setVersion(
  locks: FileLocks,
  path: string,
  { from, to }: { readonly from: string; readonly to: string },
  signal?: AbortSignal
): Promise<string> {
  if (!isSemver(to)) {
    throw new AppError(
      'INVALID',
      t`The version "${to}" is not a semantic version.`,
      t`Use three numbers: 0.1.0.`
    )
  }
  const at = await findManifest(path)
  const change = (bytes: Buffer) => {
    const { text, manifest } = parseManifest(bytes)
    const version = manifest?.App.Version
    if (version !== from) {
      throw new AppError(
        'CONFLICT',
        t`${at.file} is at version ${version ?? t`(none)`} by now, not at ${from}.`,
        t`Check it, then choose the version again.`,
        { data: { version } }
      )
    }
    return applyEdits(text, setValue(text, ['App', 'Version'], to))
  }
  await changeManifest(locks, at, change, signal)
  return to
}
