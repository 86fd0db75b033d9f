/** What stays out: defaults, then .gitignore and .appignore, then .q8signore; in each, deeper and later lines win. */
import ignore, { type Ignore } from 'ignore'
import type { FileReason } from '#shared/file-reason.ts'
import { isTemporary } from '../../files/temporary.ts'

export const GITIGNORE = '.gitignore'
export const Q8SIGNORE = '.q8signore'
/** An ignore file of today's H2O AI Cloud: lists what its platform leaves out of a bundle. */
export const APPIGNORE = '.appignore'

/** The texts of the ignore files of one folder. */
export interface IgnoreTexts {
  readonly gitignore?: string | undefined
  readonly appignore?: string | undefined
  readonly q8signore?: string | undefined
}

/** Names that stay out unless an ignore file includes them. Names that end in "/" match folders only. */
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
/** The same for names that only a pattern can match. */
const DEFAULT_SHAPES: readonly [shape: RegExp, reason: FileReason][] = [
  [/\.py[co]$|\.egg-info\/$/, { code: 'python-cache' }],
  [/\.qz$/, { code: 'bundle' }],
  // Variables for a run on this computer; they are often secret.
  [/^\.env(\.(?!example$|sample$|template$|dist$).+)?$/, { code: 'run-variables' }],
  // A support archive that was saved here must not be published with the app.
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
  /** The reason; absent if no rule matches the path. */
  readonly reason?: FileReason
  /** True if an ignore file excludes it. */
  readonly isIgnored?: boolean
  /** A .q8signore includes it, which overrides every other rule. */
  readonly wanted: boolean
}

export interface ExcludeRules {
  /** `path` is relative to the project; folders end in "/". The folders above it must not be excluded. */
  judge(path: string): Verdict
  /** The rules inside `folder` ("" or ending in "/"), with its ignore files added. */
  enter(folder: string, texts: IgnoreTexts): ExcludeRules
}

export function defaultRules(): ExcludeRules {
  return createRules([], [])
}

/** Shared objects: a project has many files. */
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
      // No ignore file can include these: one may hold an earlier draft of the manifest.
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

/** The name of a file or folder. */
function nameOf(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end)
}

/** The reason a path stays out if no ignore file matches it. */
function defaultReason(path: string): FileReason | undefined {
  const name = path.slice(path.lastIndexOf('/', path.length - 2) + 1)
  const bare = nameOf(path)
  const byName = REASONS.get(name) ?? REASONS.get(bare)
  if (byName !== undefined || !(DEFAULT_SHAPE.test(name) || DEFAULT_SHAPE.test(bare))) return byName
  return DEFAULT_SHAPES.find(([shape]) => shape.test(name) || shape.test(bare))?.[1]
}

/**
 * The mark of each rule is its index. Matching is case-sensitive on every system, so that a bundle does not depend on
 * the computer.
 */
function matcher(rules: readonly Rule[]): Ignore {
  return ignore({ ignorecase: false }).add(
    rules.map(({ pattern }, index) => ({ pattern, mark: String(index) }))
  )
}

/**
 * The rules of one ignore file, with patterns relative to the root, so that one matcher can hold those of all files.
 */
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

/** Returns a test: does one of the lines, written as in a .gitignore at the root, exclude a path? */
export function ignoredBy(text: string): (path: string) => boolean {
  const rules = rulesOf('', GITIGNORE, text)
  if (rules.length === 0) return () => false
  const lines = matcher(rules)
  return path => lines.ignores(path)
}
