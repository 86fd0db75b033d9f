/** Checks that App.Version is a semantic version, and not a placeholder or a test version. */
import coerce from 'semver/functions/coerce.js'
import { isDeployVersion } from '#shared/app.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { isSemver } from '#shared/version.ts'
import { type ManifestView, remark, setFix } from './view.ts'

const PATH = ['App', 'Version']

export function versionRules(view: ManifestView): Finding[] {
  const version = view.app.Version
  if (typeof version !== 'string') return []
  const fixTo = (better: string | undefined) =>
    better === undefined ? undefined : setFix(view, t`Use "${better}"`, PATH, better)
  if (/\{\{.*\}\}|\$\{.*\}|^@.*@$/.test(version)) {
    const message = t`"${version}" is a placeholder that a build step replaces; here the Version has to
      be there.`
    return [
      remark(view, { rule: 'version-template', severity: 'error', path: PATH, message, fix: fixTo('0.1.0') })
    ]
  }
  if (!isSemver(version)) {
    const message = t`"${version}" is not a semantic version: three numbers, as in "0.1.0" (semver.org).`
    const fix = fixTo(repaired(version))
    return [remark(view, { rule: 'version-semver', severity: 'error', path: PATH, message, fix })]
  }
  if (version.includes('+')) {
    const message = t`Versions that differ only after the "+" are equal in semver, and later platforms refuse the "+".`
    const fix = fixTo(version.replace(/\+.*/, ''))
    return [remark(view, { rule: 'version-build', severity: 'warning', path: PATH, message, fix })]
  }
  if (!isDeployVersion(version)) return []
  const message = t`A Version that ends in a time stamp counts as a test version of \`bundle deploy\`, and never as the latest.`
  const fix = fixTo(version.replace(/-\d{14}$/, ''))
  return [remark(view, { rule: 'version-stamp', severity: 'warning', path: PATH, message, fix })]
}

/** The version that was probably meant. */
export function repaired(version: string): string | undefined {
  const trimmed = version.trim().replace(/^[vV=]+\s*/, '')
  if (isSemver(trimmed)) return trimmed
  // `coerce` alone would read "build 7" as 7.0.0, and it does not accept leading zeros.
  return /^\d/.test(trimmed) ? coerce(trimmed.replace(/\b0+(?=\d)/g, ''))?.version : undefined
}
