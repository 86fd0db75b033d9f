/** Checks that the bundle contains Runtime.Module, that Python can start it, and its route. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { nearest } from '#shared/spelling.ts'
import { allInstalled } from '../../python/installed.ts'
import { isModuleName, moduleOf } from '../../python/module-name.ts'
import { mayBring, mayProvide } from '../../python/packages.ts'
import { rankCandidates } from '../../python/rank.ts'
import { type PythonFacts, readPython } from '../../python/source.ts'
import { STANDARD_LIBRARY } from '../../python/standard-library.ts'
import { hasFolder, type Tree } from './tree.ts'
import { type Fix, remark, setFix } from './view.ts'

const PATH = ['Runtime', 'Module']
/** Limit of source files read to suggest a module. */
const MAX_READ = 100
const MAX_COMPARED = 5000

export async function moduleInTree(tree: Tree): Promise<Finding[]> {
  const module = tree.view?.runtime.Module
  if (typeof module !== 'string' || !isModuleName(module)) return []
  const base = module.replaceAll('.', '/')
  // A package takes precedence over a module of the same name, as in Python itself.
  for (const path of [`${base}/__main__.py`, `${base}/__init__.py`, `${base}.py`]) {
    if (!tree.paths.has(path)) continue
    const facts = readPython((await tree.text(path)) ?? '')
    if (path.endsWith('__init__.py') && !facts.exportsMain) return [await notStartable(tree, module)]
    return advisedRoute(path, facts)
  }
  if (hasFolder(tree.paths, base)) return [await notStartable(tree, module)]
  const origin = await originOf(tree, module)
  return origin === 'installed' ? [] : [await missing(tree, module, origin)]
}

/** Whether a module that is not in the bundle comes from Python itself or from a package in requirements.txt. */
async function originOf(tree: Tree, module: string): Promise<'installed' | 'perhaps' | 'nowhere'> {
  const [top = module] = module.split('.')
  if (STANDARD_LIBRARY.has(top)) return 'installed'
  const { packages, folders, unknown } = await allInstalled(tree)
  if (mayProvide(packages, top)) return 'installed'
  const base = module.replaceAll('.', '/')
  const roots = folders.flatMap(folder => [folder, folder === '' ? 'src' : `${folder}/src`])
  const inFolder = roots.some(root =>
    [`${base}.py`, `${base}/__main__.py`].some(path => tree.paths.has(root === '' ? path : `${root}/${path}`))
  )
  if (inFolder) return 'installed'
  return unknown || mayBring(packages, top) ? 'perhaps' : 'nowhere'
}

/** The fix for `module-required`, which depends on the files. */
export async function moduleFix(tree: Tree): Promise<Fix | undefined> {
  const suggestion = await servingModule(tree)
  if (!tree.view || !suggestion) return undefined
  return setFix(tree.view, t`Add Module = "${suggestion}"`, PATH, suggestion)
}

async function missing(tree: Tree, module: string, origin: 'perhaps' | 'nowhere'): Promise<Finding> {
  const modules = [...new Set(modulesOf(tree.paths))].slice(0, MAX_COMPARED)
  const last = module.split('.').at(-1)
  const alike = modules.filter(candidate => candidate.split('.').at(-1) === last)
  const suggestion =
    nearest(module, modules) ?? (alike.length === 1 ? alike[0] : undefined) ?? (await servingModule(tree))
  const message =
    origin === 'perhaps'
      ? t`There is no module ${module} among the files; it has to come from a package that requirements.txt installs.`
      : t`There is no module ${module}: neither ${module.replaceAll('.', '/')}.py nor a package of that
        name is in the bundle.`
  return finding(tree, 'module-missing', origin === 'perhaps' ? 'warning' : 'error', message, suggestion)
}

async function notStartable(tree: Tree, module: string): Promise<Finding> {
  const inside = modulesOf(tree.paths).filter(candidate => candidate.startsWith(`${module}.`))
  const serving = await servingModule(tree, `${module.replaceAll('.', '/')}/`)
  const usual = ['run', 'app', 'main', 'server']
    .map(name => `${module}.${name}`)
    .find(name => inside.includes(name))
  const message = t`${module} is a package without __main__.py, which \`python3 -m\` cannot start.`
  return finding(tree, 'module-no-main', 'error', message, serving ?? usual)
}

function finding(
  { view, file }: Tree,
  rule: string,
  severity: 'error' | 'warning',
  message: string,
  suggestion: string | undefined
): Finding {
  if (!view) return { rule, severity, message, file }
  const fix = suggestion ? setFix(view, t`Use "${suggestion}"`, PATH, suggestion) : undefined
  const words = suggestion ? `${message} ${t`Did you mean ${suggestion}?`}` : message
  return { ...remark(view, { rule, severity, path: PATH, message: words, fix }), file }
}

/** The modules that `python3 -m` could start, found by file names alone. */
function modulesOf(paths: ReadonlySet<string>): string[] {
  return [...paths]
    .filter(path => path.endsWith('.py') && !path.endsWith('/__init__.py'))
    .map(moduleOf)
    .filter(isModuleName)
}

async function servingModule(tree: Tree, folder = ''): Promise<string | undefined> {
  const sources = [...tree.paths]
    .filter(path => path.startsWith(folder) && path.endsWith('.py') && isModuleName(moduleOf(path)))
    .filter(path => !/(^|\/)(tests?|docs?|examples?)\//.test(path))
    .sort((left, right) => left.split('/').length - right.split('/').length || (left < right ? -1 : 1))
    .slice(0, MAX_READ)
  const candidates = []
  for (const path of sources) {
    const text = await tree.text(path)
    if (text !== undefined) candidates.push({ path, facts: readPython(text) })
  }
  return rankCandidates(candidates)?.module
}

function advisedRoute(file: string, { routes }: PythonFacts): Finding[] {
  const first = routes[0]
  if (!first || routes.some(({ route }) => route === '/')) return []
  const message = t`The app is at the route ${first.route}. Each instance has its own server, so "/" is recommended.`
  return [{ rule: 'route-advised', severity: 'info', message, file, line: first.line }]
}
