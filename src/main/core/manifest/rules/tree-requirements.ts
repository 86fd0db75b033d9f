/** Checks requirements.txt: it exists, its lines are valid, and the bundle contains every file it names. */
import { posix } from 'node:path'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { decodeText, positioner } from '#shared/manifest-text/text.ts'
import { nearest } from '#shared/spelling.ts'
import { type Requirement, readRequirements } from '../../python/requirements.ts'
import { otherFile } from './other-lists.ts'
import { lineFaults } from './requirement-lines.ts'
import { hasFolder, namesIn, type Tree } from './tree.ts'
import { missingIn } from './tree-imports.ts'
import type { Fix } from './view.ts'

const ROOT_FILE = 'requirements.txt'
const MAX_FILES = 50
const MAX_LENGTH = 1024 * 1024

type Report = (rule: string, severity: Finding['severity'], message: string, insert?: string) => Finding

export async function requirementsInTree(tree: Tree): Promise<Finding[]> {
  if (!tree.paths.has(ROOT_FILE)) return [await noRequirements(tree)]
  const findings: Finding[] = []
  const pending = [ROOT_FILE]
  for (let index = 0; index < Math.min(pending.length, MAX_FILES); index++) {
    const file = pending[index] ?? ''
    const bytes = await tree.bytes(file)
    if (!bytes) continue
    const { text, fault } = decodeText(bytes)
    const position = positioner(text)
    if (fault) {
      const message = t`${fault.message} Not every version of pip reads it: save it as UTF-8.`
      const range = { from: fault.offset, to: Math.min(fault.offset + 1, text.length) }
      findings.push(position({ rule: 'requirements-encoding', severity: 'warning', message, file }, range))
    }
    for (const { range, ...found } of text.length > MAX_LENGTH ? [] : lineFaults(text)) {
      findings.push(position({ ...found, file }, range))
    }
    for (const requirement of text.length > MAX_LENGTH ? [] : readRequirements(text)) {
      const report: Report = (rule, severity, message, insert) =>
        position({ rule, severity, message, file, ...withFix(requirement, insert) }, requirement.range)
      const resolved = resolve(file, requirement)
      findings.push(...judge(tree, requirement, resolved, report))
      const next = requirement.kind === 'include' && resolved !== undefined && tree.paths.has(resolved)
      if (next && !pending.includes(resolved)) pending.push(resolved)
    }
  }
  return findings
}

function withFix({ range }: Requirement, insert: string | undefined): { fix?: Fix } {
  return insert === undefined ? {} : { fix: { title: t`Write ${insert}`, edits: [{ ...range, insert }] } }
}

async function noRequirements(tree: Tree): Promise<Finding> {
  const { paths } = tree
  const cased = namesIn(paths, '').find(name => name.toLowerCase() === ROOT_FILE)
  const other = await otherFile(tree)
  const hint = cased
    ? t`Rename ${cased} to lower-case letters.`
    : other?.command
      ? t`The platform does not read ${other.file}. Write one with: ${other.command}`
      : other && t`The platform does not read ${other.file}.`
  const missing = t`There is no ${ROOT_FILE}: nothing is installed for the app, not even Wave.`
  const message = hint ? `${missing} ${hint}` : missing
  const fix = cased || other?.command ? undefined : await writeFix(tree)
  return { rule: 'requirements-missing', severity: 'warning', message, ...(fix && { fix }) }
}

/** A fix that writes the well-known packages that the app imports. */
async function writeFix(tree: Tree): Promise<Fix | undefined> {
  const requirements = (await missingIn(tree)).flatMap(({ requirement }) => requirement ?? [])
  if (requirements.length === 0) return undefined
  const first = requirements.slice(0, 3).join(', ')
  const more = requirements.length - 3
  const title =
    more > 0 ? t`Write ${ROOT_FILE} with ${first} and ${more} more` : t`Write ${ROOT_FILE} with ${first}`
  return { title, edits: [], requirements }
}

/** The path from the bundle's root; undefined if it is outside. Includes and links are relative to their own file. */
function resolve(file: string, { kind, target }: Requirement): string | undefined {
  if (/^[\\/~]|^[A-Za-z]:/.test(target)) return undefined
  const folder = kind === 'include' || kind === 'links' ? posix.dirname(file) : '.'
  const path = posix.join(folder, target.replaceAll('\\', '/')).replace(/\/$/, '')
  return path === '..' || path.startsWith('../') ? undefined : path
}

function judge(tree: Tree, requirement: Requirement, path: string | undefined, report: Report): Finding[] {
  const { kind, target } = requirement
  if (path === undefined) {
    const inside = kind === 'file' ? sameName(tree, target) : undefined
    const message = t`${target} is outside the bundle; only files of the bundle can be installed.`
    return [report('requirements-outside', 'error', message, inside)]
  }
  if (target.includes('\\')) {
    const message = t`${target} is a Windows path; the platform runs Linux.`
    return [report('requirements-backslash', 'error', message, target.replaceAll('\\', '/'))]
  }
  if (kind === 'file') return judgeFile(tree, requirement, path, report)
  if (kind === 'include') {
    if (tree.paths.has(path)) return []
    const message = t`${target} is not in the bundle.`
    return [report('requirements-include-missing', 'error', message)]
  }
  if (kind === 'links') {
    if (path === '.' || hasFolder(tree.paths, path) || tree.paths.has(path)) return []
    const message = t`There is no folder ${target} in the bundle to find packages in.`
    return [report('requirements-links-missing', 'warning', message)]
  }
  const folder = path === '.' ? '' : `${path}/`
  if (['pyproject.toml', 'setup.py'].some(name => tree.paths.has(folder + name))) return []
  const message = t`${target} cannot be installed: it has neither pyproject.toml nor setup.py in the bundle.`
  return [report('requirements-folder', 'error', message)]
}

function judgeFile(tree: Tree, requirement: Requirement, path: string, report: Report): Finding[] {
  const { target, url, conditional } = requirement
  if (!tree.paths.has(path)) {
    const near = sameName(tree, target) ?? nearest(path, filesLike(tree, target))
    const message = near
      ? t`${target} is not in the bundle. Did you mean ${near}?`
      : t`${target} is not in the bundle. Paths start at the root of the bundle.`
    // If the condition is false, pip does not check for the file.
    return [report('requirements-wheel-missing', conditional ? 'warning' : 'error', message, near)]
  }
  const findings: Finding[] = []
  if (url) {
    const message = t`Older pip does not take a relative file: URL. Write only ${path}.`
    findings.push(report('requirements-file-url', 'warning', message))
  }
  if (!path.endsWith('.whl')) return findings
  const parts = posix.basename(path, '.whl').split('-')
  if (parts.length < 5 || parts.length > 6 || !/^\d/.test(parts[1] ?? '')) {
    const message = t`${target} is not a valid name of a wheel (as name-1.0-py3-none-any.whl is); newer pip and uv refuse it.`
    return [...findings, report('requirements-wheel-name', 'warning', message)]
  }
  const system = parts.at(-1) ?? ''
  if (conditional || /any|linux/.test(system)) return findings
  const message = t`${target} is for ${system}; the platform runs Linux.`
  return [...findings, report('requirements-wheel-platform', 'warning', message)]
}

function sameName(tree: Tree, target: string): string | undefined {
  const name = posix.basename(target.replaceAll('\\', '/'))
  return [...tree.paths].find(path => posix.basename(path) === name)
}

function filesLike(tree: Tree, target: string): string[] {
  const end = /\.[a-z]+$/i.exec(target)?.[0] ?? ''
  return [...tree.paths].filter(path => path.endsWith(end)).slice(0, 1000)
}
