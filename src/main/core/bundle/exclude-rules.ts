/** What stays out of a bundle: defaults, then .gitignore, then .q8signore; within each, the deeper file and later line win. */
import ignore, { type Ignore } from 'ignore'

export const GITIGNORE = '.gitignore'
export const Q8SIGNORE = '.q8signore'

/** Patterns that hold unless an ignore file says otherwise, by the reason shown for them. */
const DEFAULT_EXCLUDES: Readonly<Record<string, readonly string[]>> = {
  'version control': ['.git', '.hg/', '.svn/', '.bzr/', '.jj/'],
  'Python cache': [
    '__pycache__/',
    '*.py[co]',
    '.pytest_cache/',
    '.mypy_cache/',
    '.ruff_cache/',
    '.tox/',
    '.nox/',
    '.eggs/',
    '*.egg-info/',
    '.ipynb_checkpoints/',
    '.coverage'
  ],
  'virtual environment': ['.venv/'],
  'Node packages': ['node_modules/'],
  'system file': ['.DS_Store', '._*', '__MACOSX/', 'Thumbs.db', 'desktop.ini'],
  'editor file': ['.idea/', '.vscode/', '.vs/', '*.swp', '*.swo', '*~', '.#*'],
  bundle: ['*.qz', '.*.qz.*.tmp']
}

interface Rule {
  readonly pattern: string
  readonly mark: string
}

export interface Verdict {
  readonly excluded: boolean
  /** Why, in words; absent where no rule speaks of the path. */
  readonly reason?: string
  /** A .q8signore names it as wanted, which overrides whatever else would leave it out. */
  readonly wanted: boolean
}

export interface ExcludeRules {
  /** `path` is relative to the project; folders end in "/". Its parents must not be excluded themselves. */
  judge(path: string): Verdict
  /** The rules inside `folder` ("" or ending in "/"), given the text of its ignore files. */
  enter(folder: string, gitignore: string | undefined, q8signore: string | undefined): ExcludeRules
}

export function defaultRules(): ExcludeRules {
  const defaults = Object.entries(DEFAULT_EXCLUDES).flatMap(([reason, patterns]) =>
    patterns.map(pattern => ({ pattern, mark: reason }))
  )
  return createRules(defaults, [], [])
}

function createRules(
  defaults: readonly Rule[],
  gitignores: readonly Rule[],
  q8signores: readonly Rule[]
): ExcludeRules {
  const all = matcher([...defaults, ...gitignores, ...q8signores])
  const own = q8signores.length > 0 ? matcher(q8signores) : undefined
  return {
    judge(path) {
      const result = all.test(path)
      const wanted = own?.test(path).unignored ?? false
      if (!result.ignored)
        return { excluded: false, wanted, ...(wanted && { reason: `kept by ${Q8SIGNORE}` }) }
      const { mark, pattern } = result.rule ?? {}
      return { excluded: true, wanted, reason: mark ?? `ignored: ${pattern}` }
    },
    enter(folder, gitignore, q8signore) {
      if (gitignore === undefined && q8signore === undefined) return this
      return createRules(
        defaults,
        [...gitignores, ...rulesOf(folder, GITIGNORE, gitignore)],
        [...q8signores, ...rulesOf(folder, Q8SIGNORE, q8signore)]
      )
    }
  }
}

/** Case matters, on every system: a bundle must not depend on where it is made. */
function matcher(rules: readonly Rule[]): Ignore {
  return ignore({ ignorecase: false }).add([...rules])
}

/** The rules of one ignore file, anchored at the root so that all files can be asked as one. */
function rulesOf(folder: string, name: string, text: string | undefined): Rule[] {
  if (text === undefined) return []
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  return lines.flatMap(line => {
    const pattern = anchor(line, folder)
    return pattern === undefined ? [] : [{ pattern, mark: `ignored by ${folder}${name}: ${line.trim()}` }]
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
