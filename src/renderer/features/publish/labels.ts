/** Labels of the publish sheet. */
import { t } from '#shared/language.ts'
import type { Candidate } from '../../host/publishing.ts'
import type { VersionPart } from '../../labels/cli-command.ts'

/** `Hello Wave 1.0.0`, or the name of the file or folder until the manifest is known. */
export function titleOf({ path, inspection }: Pick<Candidate, 'path' | 'inspection'>): string {
  const app = inspection?.manifest?.App
  return app ? `${app.Title ?? app.Name} ${app.Version}` : lastName(path)
}

function lastName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path
}

/** The parts of a version that one click can raise. */
export const PARTS = [
  ['patch', t`Patch`],
  ['minor', t`Minor`],
  ['major', t`Major`]
] as const satisfies readonly (readonly [VersionPart, string])[]
