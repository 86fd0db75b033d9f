/** Finds modules that an app imports and neither its bundle nor requirements.txt has. Lists unsure cases separately. */
import { createHash } from 'node:crypto'
import { decodeText, type Range } from '#shared/manifest-text/text.ts'
import { type Import, readImports } from './imports.ts'
import { allInstalled, type Files } from './installed.ts'
import { isModuleName } from './module-name.ts'
import { isBrought, mayBring, mayProvide, packageOf } from './packages.ts'
import { MAX_SOURCE_LENGTH, readPython } from './source.ts'
import { STANDARD_LIBRARY } from './standard-library.ts'

export interface MissingImport {
  /** The top-level name: `pandas`. */
  readonly module: string
  /** The line requirements.txt needs; absent if no well-known package has that module. */
  readonly requirement?: string
  /** The place of its first import. */
  readonly file: string
  readonly range: Range
  /** The text of that file. */
  readonly text: string
}

/** Larger files are not read. */
const MAX_FILE_BYTES = 1024 * 1024
const MAX_SOURCES = 300
/** Limit of characters in all sources together: the check runs often. */
const MAX_CHARACTERS = 8 * 1024 * 1024
const MAX_KNOWN = 2 * MAX_SOURCES
/** Every environment has these up to Python 3.11. */
const IN_EVERY_ENVIRONMENT: ReadonlySet<string> = new Set(['setuptools', 'pkg_resources', 'pip', 'wheel'])

export interface Imported {
  /** In the order the app imports them, each module once. */
  readonly missing: readonly MissingImport[]
  /** Imports that may or may not come with a requirement. */
  readonly unsure: readonly MissingImport[]
}

/** Reads only the sources that the started module imports, directly or through other modules. */
export async function missingImports(files: Files, module: string): Promise<Imported> {
  const { packages, unknown } = await allInstalled(files)
  const own = ownModules(files.paths)
  const seen = new Set<string>()
  const missing: MissingImport[] = []
  const unsure: MissingImport[] = []
  for await (const { file, text, each } of importsFrom(files, module)) {
    const [name = ''] = each.module.split('.')
    if (each.level > 0 || name.startsWith('_') || seen.has(name)) continue
    seen.add(name)
    if (STANDARD_LIBRARY.has(name) || IN_EVERY_ENVIRONMENT.has(name) || own.has(name)) continue
    if (mayProvide(packages, name)) continue
    const requirement = requirementFor(name, each)
    const found = { module: name, file, text, range: each.range, ...(requirement && { requirement }) }
    const brought = unknown || mayBring(packages, name)
    if (!brought) missing.push(found)
    else if (!isBrought(packages, name)) unsure.push(found)
  }
  return { missing, unsure }
}

function requirementFor(name: string, { names }: Import): string | undefined {
  // Later versions do not have listen().
  if (name === 'h2o_wave' && names.includes('listen')) return 'h2o-wave<1'
  return packageOf(name)
}

/**
 * The imports of the sources read last, by the hash of their text. A project is checked at each pause in typing, and
 * its sources rarely change in between.
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

/**
 * Names of all files and folders with Python code, at any depth, because the app may add deeper folders to its path.
 */
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

/** The non-optional imports of the module, and of the project's modules that it imports. */
async function* importsFrom(files: Files, module: string): AsyncGenerator<FoundImport> {
  const pending = new Set(isModuleName(module) ? sourcesOf(files.paths, '', module, ['__main__']) : [])
  let left = MAX_CHARACTERS
  const base = module.replaceAll('.', '/')
  for (const file of pending) {
    const content = left > 0 ? await read(files, file) : undefined
    const text = content ? decodeText(content).text.slice(0, MAX_SOURCE_LENGTH) : ''
    left -= text.length
    // A server imports a Wave app that exports main, so such a file is not the program.
    const isProgram = [`${base}.py`, `${base}/__main__.py`].includes(file) && !readPython(text).exportsMain
    for (const each of importsOf(text)) {
      if (each.optional && !(each.inMain && isProgram)) continue
      yield { file, text, each }
      const folder = each.level === 0 ? '' : parentOf(file, each.level)
      if (folder === undefined || pending.size >= MAX_SOURCES) continue
      for (const source of sourcesOf(files.paths, folder, each.module, each.names)) pending.add(source)
    }
  }
}

/** The folder of the file's package, or a parent of it for each further level; undefined beyond the root. */
function parentOf(file: string, level: number): string | undefined {
  const parts = file.split('/').slice(0, -1)
  return level - 1 > parts.length ? undefined : parts.slice(0, parts.length - level + 1).join('/')
}

/** The sources that run when a module in a folder is imported, and those of imported names that are modules. */
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
