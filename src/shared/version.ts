/** Versions: semver as the guide requires, the next version, and the stamped one that `deploy` makes. */
import type { SemVer } from 'semver'
import inc from 'semver/functions/inc.js'
import parse from 'semver/functions/parse.js'
import { AppError } from './errors.ts'
import { t } from './language.ts'

/** Strictly semver 2.0.0: three numbers, no leading `v`, `=` or space. */
export function isSemver(version: string): boolean {
  return strictParse(version) !== undefined
}

/**
 * The next release: `0.1.2` to `0.1.3`, `0.2.0` or `1.0.0`. A pre-release becomes its own release first
 * (`1.0.0-rc.1` to `1.0.0` for `patch`); build metadata is dropped. INVALID for a version that is not semver.
 */
export function bumpVersion(version: string, part: 'patch' | 'minor' | 'major'): string {
  const next = inc(requireSemver(version), part)
  if (next === null) throw invalidVersion(version)
  return next
}

/**
 * The version of a development deploy: `0.1.2` to `0.1.2-20201013062803`, the time in UTC. It always ends in the stamp.
 * An earlier stamp is replaced, a pre-release stays before it (`1.0.0-rc.1-20201013062803`), and build metadata is
 * dropped: semver does not compare what follows a `+`, so a stamp there would have no effect. INVALID if not semver.
 */
export function deployVersion(version: string, date: Date): string {
  const { version: withoutBuild } = requireSemver(version)
  const base = withoutBuild.replace(/-\d{14}$/, '')
  const stamp = date.toISOString().replace(/\D/g, '').slice(0, 14)
  return `${base}-${stamp}`
}

/** The version that a deploy was made from, for places without room for its stamp. */
export function withoutStamp(version: string): string {
  return version.replace(/-\d{14}$/, '')
}

function requireSemver(version: string): SemVer {
  const parsed = strictParse(version)
  if (!parsed) throw invalidVersion(version)
  return parsed
}

function strictParse(version: string): SemVer | undefined {
  return /^\d/.test(version) && !/\s/.test(version) ? (parse(version) ?? undefined) : undefined
}

function invalidVersion(version: string): AppError {
  return new AppError(
    'INVALID',
    t`The version "${version}" is not a semantic version.`,
    t`Use three numbers, as in 0.1.0; see semver.org.`
  )
}
