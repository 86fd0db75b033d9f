/** The modules an app imports that neither its bundle nor its requirements.txt has. Where it cannot be sure, it is silent. */
import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { decodeText } from '#shared/manifest-text/decode.ts'
import type { Range } from '#shared/manifest-text/text-range.ts'
import { isModuleName } from '../manifest/rules/module.ts'
import { MAX_SOURCE_LENGTH } from '../project/python-source.ts'
import { type Import, readImports } from './imports.ts'
import { readInstalled } from './installed.ts'
import { mayBring, mayProvide, packageOf } from './packages.ts'
import { STANDARD_LIBRARY } from './standard-library.ts'

export interface MissingImport {
  /** The top-level name: `pandas`. */
  readonly module: string
  /** The line requirements.txt needs; absent where no well-known package has that module. */
  readonly requirement?: string
  /** Where it is imported first. */
  readonly file: string
  readonly range: Range
  /** The text of that file. */
  readonly text: string
}

export interface Files {
  readonly paths: ReadonlySet<string>
  /** In bytes; 0 where that is not known. */
  size(path: string): number
  /** Undefined for one that cannot be read. */
  bytes(path: string): Promise<Uint8Array | undefined>
}

/** A file beyond this is not looked into. */
const MAX_FILE_BYTES = 1024 * 1024
const ROOT_FILE = 'requirements.txt'
const MAX_SOURCES = 300
/** Characters of all of them together: the next check is soon. */
const MAX_CHARACTERS = 8 * 1024 * 1024
const MAX_REQUIREMENT_FILES = 50
const MAX_KNOWN = 2 * MAX_SOURCES
/** Up to Python 3.11 each environment has them. */
const IN_EVERY_ENVIRONMENT: ReadonlySet<string> = new Set(['setuptools', 'pkg_resources', 'pip', 'wheel'])

/** In the order the app comes to them, each module once. Only what the module that is started leads to is looked at. */
export async function missingImports(files: Files, module: string): Promise<MissingImport[]> {
  const installed = await installedBy(files)
  if (!installed) return []
  const own = ownModules(files.paths)
  const missing = new Map<string, MissingImport>()
  for await (const { file, text, each } of importsFrom(files, module)) {
    const [name = ''] = each.module.split('.')
    if (each.level > 0 || name.startsWith('_') || missing.has(name)) continue
    if (STANDARD_LIBRARY.has(name) || IN_EVERY_ENVIRONMENT.has(name) || own.has(name)) continue
    if (mayProvide(installed, name) || mayBring(installed, name)) continue
    const requirement = requirementFor(name, each)
    missing.set(name, { module: name, file, text, range: each.range, ...(requirement && { requirement }) })
  }
  return [...missing.values()]
}

function requirementFor(name: string, { names }: Import): string | undefined {
  // Later ones know no listen().
  if (name === 'h2o_wave' && names.includes('listen')) return 'h2o-wave<1'
  return packageOf(name)
}

/** Names of all that is installed; undefined where that cannot be told. */
async function installedBy(files: Files): Promise<ReadonlySet<string> | undefined> {
  const packages = new Set<string>()
  const pending = files.paths.has(ROOT_FILE) ? [ROOT_FILE] : []
  for (const file of pending) {
    const bytes = await read(files, file)
    if (!bytes || pending.length > MAX_REQUIREMENT_FILES) return undefined
    const { text, fault } = decodeText(bytes)
    const found = readInstalled(text)
    if (fault || found.unknown) return undefined
    for (const name of found.packages) packages.add(name)
    for (const include of found.includes) {
      const path = posix.join(posix.dirname(file), include)
      if (!files.paths.has(path)) return undefined
      if (!pending.includes(path)) pending.push(path)
    }
  }
  return packages
}

/**
 * What the sources read last import, by the hash of their text: a project is checked at each pause of typing, and its
 * sources seldom change meanwhile.
 */
const known = new Map<string, readonly Import[]>()

function importsOf(text: string): readonly Import[] {
  const hash = createHash('sha256').update(text).digest('base64')
  const imports = known.get(hash) ?? readImports(text)
  known.delete(hash)
  known.set(hash, imports)
  const [oldest] = known.keys()
  if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest)
  return imports
}

async function read(files: Files, path: string): Promise<Uint8Array | undefined> {
  return files.size(path) > MAX_FILE_BYTES ? undefined : files.bytes(path)
}

/** Every name a file or folder with Python in it has: what lies deeper may be put on the path by the app. */
function ownModules(paths: ReadonlySet<string>): ReadonlySet<string> {
  const names = new Set<string>()
  for (const path of paths) {
    if (!/\.(?:py|pyc|pyd|so)$/.test(path)) continue
    const parts = path.split('/')
    for (const part of parts) names.add(part.replace(/\..*$/, ''))
  }
  return names
}

interface FoundImport {
  readonly file: string
  readonly text: string
  readonly each: Import
}

/** What the module imports, and what its own modules import in turn; nothing that is optional. */
async function* importsFrom(files: Files, module: string): AsyncGenerator<FoundImport> {
  const pending = new Set(isModuleName(module) ? sourcesOf(files.paths, '', module, ['__main__']) : [])
  let left = MAX_CHARACTERS
  for (const file of pending) {
    const content = left > 0 ? await read(files, file) : undefined
    const text = content ? decodeText(content).text.slice(0, MAX_SOURCE_LENGTH) : ''
    left -= text.length
    for (const each of importsOf(text)) {
      if (each.optional) continue
      yield { file, text, each }
      const folder = each.level === 0 ? '' : parentOf(file, each.level)
      if (folder === undefined || pending.size >= MAX_SOURCES) continue
      for (const source of sourcesOf(files.paths, folder, each.module, each.names)) pending.add(source)
    }
  }
}

/** Folder of the file's package, or one further out for each level; undefined beyond the root. */
function parentOf(file: string, level: number): string | undefined {
  const parts = file.split('/').slice(0, -1)
  return level - 1 > parts.length ? undefined : parts.slice(0, parts.length - level + 1).join('/')
}

/** The sources that are run when a module below a folder is imported, and those of its names that are modules. */
function sourcesOf(
  paths: ReadonlySet<string>,
  folder: string,
  module: string,
  names: readonly string[]
): string[] {
  const found: string[] = []
  let path = folder
  const add = (name: string) => {
    const next = path === '' ? name : `${path}/${name}`
    const source = [`${next}/__init__.py`, `${next}.py`].find(each => paths.has(each))
    if (source !== undefined) found.push(source)
    return next
  }
  for (const part of module === '' ? [] : module.split('.')) path = add(part)
  for (const name of names) add(name)
  return found
}
