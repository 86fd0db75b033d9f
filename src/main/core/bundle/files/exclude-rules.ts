/** What stays out of a bundle: defaults, then .gitignore and .appignore, then .q8signore; within each, the deeper file and later line win. */
import ignore, { type Ignore } from 'ignore'
import type { FileReason } from '#shared/file-reason.ts'
import { isTemporary } from '../../files/temporary.ts'

export const GITIGNORE = '.gitignore'
export const Q8SIGNORE = '.q8signore'
/** Of today's H2O AI Cloud: what its platform leaves out of a bundle. */
export const APPIGNORE = '.appignore'

/** The texts of the ignore files of one folder. */
export interface IgnoreTexts {
  readonly gitignore?: string | undefined
  readonly appignore?: string | undefined
  readonly q8signore?: string | undefined
}

/** Names that stay out unless an ignore file says otherwise; those that end in "/" are of folders only. */
const DEFAULT_NAMES: readonly [reason: FileReason, names: readonly string[]][] = [
  [{ code: 'version-control' }, ['.git', '.hg/', '.svn/', '.bzr/', '.jj/']],
  [
    { code: 'python-cache' },
    [
      '__pycache__/',
      '.pytest_cache/',
      '.mypy_cache/',
      '.ruff_cache/',
      '.tox/',
      '.nox/',
      '.eggs/',
      '.ipynb_checkpoints/',
      '.coverage'
    ]
  ],
  [{ code: 'virtual-environment' }, ['.venv/']],
  [{ code: 'node-packages' }, ['node_modules/']],
  [{ code: 'system-file' }, ['.DS_Store', '__MACOSX/', 'Thumbs.db', 'desktop.ini']],
  [{ code: 'editor-file' }, ['.idea/', '.vscode/', '.vs/']]
]
/** The same for what can only be told by a part of the name. */
const DEFAULT_SHAPES: readonly [shape: RegExp, reason: FileReason][] = [
  [/\.py[co]$|\.egg-info\/$/, { code: 'python-cache' }],
  [/\.qz$/, { code: 'bundle' }],
  // Values for a run on this computer, often secret ones.
  [/^\.env(\.(?!example$|sample$|template$|dist$).+)?$/, { code: 'run-variables' }],
  // An archive somebody saved here must not be published with the app.
  [/^q8s-support-.*\.zip$/, { code: 'support-archive' }],
  [/~$|\.sw[op]$|^\.#/, { code: 'editor-file' }],
  [/^\._/, { code: 'system-file' }]
]
const DEFAULT_SHAPE = new RegExp(DEFAULT_SHAPES.map(([shape]) => shape.source).join('|'))

const REASONS = new Map(
  DEFAULT_NAMES.flatMap(([reason, names]) => names.map(name => [name, reason] as const))
)

interface Rule {
  readonly pattern: string
  readonly reason: FileReason
}

export interface Verdict {
  readonly excluded: boolean
  /** Why; absent where no rule speaks of the path. */
  readonly reason?: FileReason
  /** An ignore file leaves it out. */
  readonly isIgnored?: boolean
  /** A .q8signore names it as wanted, which overrides whatever else would leave it out. */
  readonly wanted: boolean
}

export interface ExcludeRules {
  /** `path` is relative to the project; folders end in "/". Its parents must not be excluded themselves. */
  judge(path: string): Verdict
  /** The rules inside `folder` ("" or ending in "/"), given the text of its ignore files. */
  enter(folder: string, texts: IgnoreTexts): ExcludeRules
}

export function defaultRules(): ExcludeRules {
  return createRules([], [])
}

/** Made once: a project has many files. */
const UNFINISHED: FileReason = { code: 'unfinished' }
const IGNORED: FileReason = { code: 'ignored' }
const KEPT: FileReason = { code: 'kept' }
const SILENT: Verdict = { excluded: false, wanted: false }

function createRules(gitignores: readonly Rule[], q8signores: readonly Rule[]): ExcludeRules {
  const rules = [...gitignores, ...q8signores]
  const all = rules.length > 0 ? matcher(rules) : undefined
  const own = q8signores.length > 0 ? matcher(q8signores) : undefined
  return {
    judge(path) {
      // No ignore file can ask for these: an earlier draft of the manifest may be in one.
      if (isTemporary(nameOf(path))) return { excluded: true, wanted: false, reason: UNFINISHED }
      const result = all?.test(path)
      const wanted = own?.test(path).unignored ?? false
      if (result?.ignored) {
        return {
          excluded: true,
          wanted,
          isIgnored: true,
          reason: rules[Number(result.rule?.mark)]?.reason ?? IGNORED
        }
      }
      if (wanted) return { excluded: false, wanted, reason: KEPT }
      const reason = result?.unignored ? undefined : defaultReason(path)
      return reason === undefined ? SILENT : { excluded: true, wanted, reason }
    },
    enter(folder, { gitignore, appignore, q8signore }) {
      if (gitignore === undefined && appignore === undefined && q8signore === undefined) return this
      return createRules(
        [...gitignores, ...rulesOf(folder, GITIGNORE, gitignore), ...rulesOf(folder, APPIGNORE, appignore)],
        [...q8signores, ...rulesOf(folder, Q8SIGNORE, q8signore)]
      )
    }
  }
}

/** Of a file or a folder. */
function nameOf(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end)
}

/** Why a path stays out where no ignore file speaks of it. */
function defaultReason(path: string): FileReason | undefined {
  const name = path.slice(path.lastIndexOf('/', path.length - 2) + 1)
  const bare = nameOf(path)
  const byName = REASONS.get(name) ?? REASONS.get(bare)
  if (byName !== undefined || !(DEFAULT_SHAPE.test(name) || DEFAULT_SHAPE.test(bare))) return byName
  return DEFAULT_SHAPES.find(([shape]) => shape.test(name) || shape.test(bare))?.[1]
}

/** The mark of each rule is its number. Case matters, on every system: a bundle must not depend on where it is made. */
function matcher(rules: readonly Rule[]): Ignore {
  return ignore({ ignorecase: false }).add(
    rules.map(({ pattern }, index) => ({ pattern, mark: String(index) }))
  )
}

/** The rules of one ignore file, anchored at the root so that all files can be asked as one. */
function rulesOf(folder: string, name: string, text: string | undefined): Rule[] {
  if (text === undefined) return []
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines.flatMap((line, index) => {
    const pattern = anchor(line, folder)
    if (pattern === undefined) return []
    const place = { file: folder + name, line: index + 1, pattern: line.trim() }
    return [{ pattern, reason: { code: 'ignored-by', ...place } }]
  })
}

function anchor(line: string, folder: string): string | undefined {
  const trimmed = line.replace(/(?<!\\)[ \t]+$/, '')
  if (trimmed === '' || trimmed.startsWith('#')) return undefined
  if (folder === '') return trimmed
  const negative = trimmed.startsWith('!')
  const body = negative ? trimmed.slice(1) : trimmed
  const anchored = body.slice(0, -1).includes('/')
  const prefix = `/${folder.replace(/[\\*?[\]!# ]/g, '\\$&')}`
  return `${negative ? '!' : ''}${prefix}${anchored ? body.replace(/^\//, '') : `**/${body}`}`
}

/** Whether one of the lines, written as in a .gitignore of the root, leaves a path out. */
export function ignoredBy(text: string): (path: string) => boolean {
  const rules = rulesOf('', GITIGNORE, text)
  if (rules.length === 0) return () => false
  const lines = matcher(rules)
  return path => lines.ignores(path)
}
