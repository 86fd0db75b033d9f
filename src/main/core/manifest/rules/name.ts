/** Checks App.Name: valid in file names, in labels and on later platforms. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { type ManifestView, remark, setFix } from './view.ts'

/** Length limit of Name, Version and Name-Version on today's platform. */
const MAX_LENGTH = 63
/** Length of the stamp that `bundle deploy` appends: `-20201013062803`. */
const STAMP_LENGTH = 15
const PORTABLE = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
// The bundle's file is `Name.Version.qz`: no system may read a part of it as a folder, a device or a pattern.
const UNSAFE = /[/\\:*?"<>|\p{Cc}\p{Cf}]|\.\.|^[.\s-]|[.\s]$/u

export function nameRules(view: ManifestView): Finding[] {
  const { Name: name, Version: version } = view.app
  if (typeof name !== 'string') return []
  return [...characters(view, name), ...lengths(view, name, typeof version === 'string' ? version : '')]
}

function characters(view: ManifestView, name: string): Finding[] {
  const path = ['App', 'Name']
  const safe = safeName(name)
  const fix = safe && safe !== name ? setFix(view, t`Use "${safe}"`, path, safe) : undefined
  if (name.trim() === '') {
    return [
      remark(view, { rule: 'name-empty', severity: 'error', path, message: t`Name must not be empty.` })
    ]
  }
  if (UNSAFE.test(name)) {
    const message = t`Name becomes part of file names: no slashes, "..", quotes, colons or wildcards, and
      no dot, dash or space at its ends.`
    return [remark(view, { rule: 'name-unsafe', severity: 'error', path, message, fix })]
  }
  if (PORTABLE.test(name)) return []
  const message = t`Later platforms take only letters, digits, "-", "_" and "." in a Name.`
  return [remark(view, { rule: 'name-characters', severity: 'warning', path, message, fix })]
}

function lengths(view: ManifestView, name: string, version: string): Finding[] {
  const path = ['App', 'Name']
  const length = name.length + 1 + version.length
  if (length > MAX_LENGTH) {
    const message = t`Name and Version have ${length} characters together; later platforms take at most
      ${MAX_LENGTH}.`
    return [remark(view, { rule: 'name-length', severity: 'warning', path, message })]
  }
  if (length + STAMP_LENGTH <= MAX_LENGTH) return []
  const message = t`Name and Version have ${length} characters together; above
    ${MAX_LENGTH - STAMP_LENGTH}, the ${STAMP_LENGTH} that \`bundle deploy\` appends make them too long
    for later platforms.`
  return [remark(view, { rule: 'name-deploy-length', severity: 'warning', path, message })]
}

/** The name with every character replaced that any platform might refuse; empty if nothing is left. */
export function safeName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_.]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, MAX_LENGTH)
    .replace(/[^A-Za-z0-9]+$/, '')
}
