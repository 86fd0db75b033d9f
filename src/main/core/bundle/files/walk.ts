/** Lists a project: every path, whether the bundle includes it, and why. */
import { type Dirent, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { AppError, reportOf } from '#shared/errors.ts'
import { type FileReason, reasonText } from '#shared/file-reason.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'
import { fileError, readPlain } from '../../files/files.ts'
import { comparePaths } from '../names.ts'
import { createPace } from '../pace.ts'
import {
  APPIGNORE,
  defaultRules,
  type ExcludeRules,
  GITIGNORE,
  Q8SIGNORE,
  type Verdict
} from './exclude-rules.ts'
import { ownGitExcludes } from './git-excludes.ts'
import { checkTree } from './tree-check.ts'
import type { WalkedFile } from './walked-file.ts'

interface WalkOptions {
  readonly signal?: AbortSignal | undefined
  /** Used instead of the root's .q8signore on disk. */
  readonly q8signore?: string | undefined
}

/** The files of a project at one moment. */
export interface ProjectListing {
  readonly files: readonly WalkedFile[]
  /** Time at which the listing began, in milliseconds since the epoch. */
  readonly listedAt: number
}

/** Size limit of an ignore file in bytes; larger ones are not read. */
export const MAX_IGNORE_BYTES = 1024 * 1024

/** The reason for a path that no rule matches. */
const PLAIN: FileReason = { code: 'part-of-project' }

/** Files that no rule can exclude. */
const ALWAYS: ReadonlySet<string> = new Set([...MANIFEST_FILES, 'requirements.txt'])

/**
 * Every path of a project, sorted. An excluded folder is listed without its content; a folder with included content is
 * not listed, because its content implies it. Throws NOT_FOUND or INVALID if the path is not a folder, and FORBIDDEN
 * (naming it) for a folder that cannot be read.
 */
export async function walkProject(folder: string, options: WalkOptions = {}): Promise<WalkedFile[]> {
  options.signal?.throwIfAborted()
  const root = await realpath(folder).catch(error => {
    throw fileError(error, t`The project ${folder} could not be read`)
  })
  const found: WalkedFile[] = []
  const { signal, q8signore } = options
  const walk: Walk = { root, found, q8signore, pace: createPace(signal), unread: new Map() }
  await walkFolder(walk, '', readFolder(root, ''), defaultRules())
  found.sort((a, b) => comparePaths(a.path, b.path))
  const gitOnly = await ownGitExcludes(root)
  return checkTree(found)
    .map(file => unreadIgnoreFile(file, walk.unread))
    .map(file => remarkOn(file, gitOnly))
}

/** The same, with the time of the listing. */
export async function listProject(folder: string, signal: AbortSignal | undefined): Promise<ProjectListing> {
  const listedAt = Date.now()
  return { files: await walkProject(folder, { signal }), listedAt }
}

/** The walk uses synchronous file system calls: asynchronous ones take eight times as long. */
interface Walk {
  readonly root: string
  readonly found: WalkedFile[]
  readonly q8signore: string | undefined
  readonly pace: () => Promise<void> | undefined
  /** Ignore files that are too large or not plain files, each with the problem. */
  readonly unread: Map<string, string>
}

/** Returns whether the folder, if it is empty, or anything in it goes into the bundle. */
async function walkFolder(
  walk: Walk,
  path: string,
  children: readonly Dirent[],
  outer: ExcludeRules
): Promise<boolean> {
  const rules = await enterFolder(walk, path, children, outer)
  let kept = false
  for (const child of children) {
    const turn = walk.pace()
    if (turn) await turn
    if (child.isDirectory()) {
      kept = (await listFolder(walk, `${path}${child.name}/`, rules)) || kept
      continue
    }
    const file = listFile(walk, path + child.name, rules)
    if (!file) continue
    walk.found.push(file)
    kept ||= file.included
  }
  if (path === '' || kept) return kept
  const empty = children.length === 0
  walk.found.push(folderEntry(path, empty, { code: empty ? 'empty-folder' : 'nothing-inside' }))
  return empty
}

async function listFolder(walk: Walk, path: string, rules: ExcludeRules): Promise<boolean> {
  const verdict = rules.judge(path)
  const isUnread = walk.unread.has(path.slice(0, -1))
  if (verdict.excluded || isUnread || !isReadableName(path)) {
    walk.found.push(judgedEntry(path, verdict))
    return false
  }
  const children = readFolder(walk.root, path)
  if (!verdict.wanted && isVirtualEnvironment(children)) {
    walk.found.push(folderEntry(path, false, { code: 'virtual-environment' }))
    return false
  }
  return walkFolder(walk, path, children, rules)
}

function readFolder(root: string, path: string): Dirent[] {
  const absolute = `${root}/${path}`
  try {
    return readdirSync(absolute, { withFileTypes: true })
  } catch (error) {
    throw unreadable(error, t`The folder ${absolute} could not be read`, path)
  }
}

function unreadable(error: unknown, what: string, path: string): unknown {
  if (path === '' || (error as NodeJS.ErrnoException).code !== 'EACCES') return fileError(error, what)
  return new AppError(
    'FORBIDDEN',
    t`${what}: permission denied.`,
    t`Give yourself permission to read it, or leave it out with a line "/${path}" in ${Q8SIGNORE}.`,
    { cause: error, data: { path } }
  )
}

async function enterFolder(
  walk: Walk,
  path: string,
  children: readonly Dirent[],
  outer: ExcludeRules
): Promise<ExcludeRules> {
  const textOf = (name: string) =>
    children.some(child => child.name === name) ? ignoreText(walk, path + name) : undefined
  const q8signore = path === '' ? walk.q8signore : undefined
  return outer.enter(path, {
    gitignore: await textOf(GITIGNORE),
    appignore: await textOf(APPIGNORE),
    q8signore: q8signore ?? (await textOf(Q8SIGNORE))
  })
}

async function ignoreText(walk: Walk, path: string): Promise<string | undefined> {
  try {
    return (await readPlain(`${walk.root}/${path}`, MAX_IGNORE_BYTES)).toString('utf8')
  } catch (error) {
    const code = error instanceof AppError ? error.code : undefined
    if (code === 'INVALID') walk.unread.set(path, reportOf(error).message)
    else if (code !== 'NOT_FOUND') throw error
    return undefined
  }
}

/**
 * Reports an ignore file that was not read: without its rules, files may enter the bundle that should stay out. This is
 * an error only for a .q8signore: git does not read a .gitignore that is a link either.
 */
function unreadIgnoreFile(file: WalkedFile, unread: Walk['unread']): WalkedFile {
  const path = file.path.replace(/\/$/, '')
  const problem = unread.get(path)
  if (problem === undefined) return file
  const message = t`${problem} Its rules are not applied.`
  const severity = path.endsWith(Q8SIGNORE) ? 'error' : 'warning'
  return { ...file, finding: { rule: 'ignore-file-unread', severity, message, file: path } }
}

/**
 * Reports what git excludes by rules that only this computer has. The bundle must not depend on them, so they change
 * nothing.
 */
function remarkOn(file: WalkedFile, gitOnly: (path: string) => boolean): WalkedFile {
  const { path, finding, included, kind } = file
  if (finding || kind === 'folder') return file
  if (path === '.env' && !included) {
    const message = t`.env stays out of the bundle. Give its values to a run with --env-file .env, or store them as a secret.`
    return { ...file, finding: { rule: 'env-file', severity: 'info', message, file: path } }
  }
  if (!included || !gitOnly(path)) return file
  const message = t`Git ignores ${path} by a rule that only this computer has, but it goes into the bundle. Add it to ${GITIGNORE} or ${Q8SIGNORE}.`
  return { ...file, finding: { rule: 'git-excludes', severity: 'warning', message, file: path } }
}

/** Detected by the configuration file that Python itself checks, so the folder may have any name. */
function isVirtualEnvironment(children: readonly Dirent[]): boolean {
  return children.some(child => child.name === 'pyvenv.cfg')
}

/** If a folder can be listed but not entered, no file in it can be read. */
function listFile(walk: Walk, path: string, rules: ExcludeRules): WalkedFile | undefined {
  const verdict = judge(path, rules)
  try {
    return lookAt(walk, path, verdict)
  } catch (error) {
    if (!verdict.excluded) throw unreadable(error, t`${walk.root}/${path} could not be read`, path)
    return unseen(path, verdict)
  }
}

function unseen(path: string, verdict: Verdict): WalkedFile {
  return { ...judgedEntry(path, verdict), kind: 'file', mode: 0o644 }
}

function lookAt(walk: Walk, path: string, verdict: Verdict): WalkedFile | undefined {
  const absolute = `${walk.root}/${path}`
  const { isIgnored } = verdict
  const included = !verdict.excluded
  const reason = verdict.reason ?? PLAIN
  if (!isReadableName(path)) return unseen(path, verdict)
  const stats = lstatSync(absolute, { throwIfNoEntry: false })
  // A file that was deleted during the walk is not part of the project.
  if (!stats) return undefined
  const { mtimeMs, ctimeMs, ino: inode } = stats
  const common = { path, included, reason, isIgnored, mtimeMs, ctimeMs, inode }
  if (stats.isFile()) {
    const mode = stats.mode & 0o100 ? 0o755 : 0o644
    return { ...common, kind: 'file', size: stats.size, mode }
  }
  if (stats.isSymbolicLink()) {
    const target = toSlashes(readlinkSync(absolute))
    return {
      ...common,
      kind: 'link',
      size: 0,
      mode: 0o755,
      target,
      reason: verdict.reason ?? { code: 'link', target }
    }
  }
  const special = specialReason(stats)
  const finding: Finding = {
    rule: 'special-file',
    severity: 'info',
    message: t`${path} is ${reasonText(special)} and does not go into the bundle.`,
    file: path
  }
  const skipped = { ...common, kind: 'file', size: 0, mode: 0o644, included: false } as const
  return { ...skipped, reason: special, ...(!verdict.excluded && { finding }) }
}

function judge(path: string, rules: ExcludeRules): Verdict {
  const verdict = rules.judge(path)
  if (!ALWAYS.has(path) || !verdict.excluded) return verdict
  return { excluded: false, wanted: true, reason: { code: 'always' } }
}

function judgedEntry(path: string, { excluded, reason, isIgnored }: Verdict): WalkedFile {
  return { ...folderEntry(path, !excluded, reason ?? PLAIN), isIgnored }
}

function folderEntry(path: string, included: boolean, reason: FileReason): WalkedFile {
  return { path, kind: 'folder', size: 0, included, reason, mode: 0o755, mtimeMs: 0, ctimeMs: 0, inode: 0 }
}

/** A name that is not valid UTF-8 cannot be opened as text; the check of names refuses it with an error. */
function isReadableName(path: string): boolean {
  return !path.includes('\uFFFD')
}

function specialReason(stats: Stats): FileReason {
  if (stats.isFIFO()) return { code: 'named-pipe' }
  if (stats.isSocket()) return { code: 'socket' }
  return { code: stats.isBlockDevice() || stats.isCharacterDevice() ? 'device' : 'special-file' }
}

function toSlashes(target: string): string {
  return process.platform === 'win32' ? target.replaceAll('\\', '/') : target
}
