/** Lists the packages that requirements files install, from their text alone. */
import { posix } from 'node:path'
import { decodeText } from '#shared/manifest-text/text.ts'
import { isWellKnown, normalName } from './packages.ts'
import { logicalLines, readRequirements } from './requirements.ts'

/** The files of a project or a bundle. */
export interface Files {
  readonly paths: ReadonlySet<string>
  /** Bytes of a file; 0 if unknown. */
  size(path: string): number
  /** Undefined if the file cannot be read. */
  bytes(path: string): Promise<Uint8Array | undefined>
}

/** Everything that requirements.txt and the files it includes install together. */
export interface AllInstalled {
  /** Normalized names (PEP 503). */
  readonly packages: ReadonlySet<string>
  /** Folders of the bundle that are installed as packages; '' for its root. */
  readonly folders: readonly string[]
  /** Whether they may install more than these packages. */
  readonly unknown: boolean
}

const ROOT_FILE = 'requirements.txt'
const MAX_FILE_BYTES = 1024 * 1024
const MAX_FILES = 50

export async function allInstalled(files: Files): Promise<AllInstalled> {
  const packages = new Set<string>()
  const folders: string[] = []
  let unknown = false
  const pending = files.paths.has(ROOT_FILE) ? [ROOT_FILE] : []
  for (const file of pending) {
    const bytes = files.size(file) > MAX_FILE_BYTES ? undefined : await files.bytes(file)
    if (!bytes || pending.length > MAX_FILES) return { packages, folders, unknown: true }
    const { text, fault } = decodeText(bytes)
    const found = readInstalled(text)
    unknown ||= found.unknown || fault !== undefined
    for (const name of found.packages) packages.add(name)
    for (const { kind, target } of readRequirements(text)) {
      if (kind === 'folder') folders.push(posix.join(target).replace(/^\.$|\/$/g, ''))
    }
    for (const include of found.includes) {
      const path = posix.join(posix.dirname(file), include)
      if (!files.paths.has(path)) unknown = true
      else if (!pending.includes(path)) pending.push(path)
    }
  }
  return { packages, folders, unknown }
}

export interface Installed {
  /** Normalized names (PEP 503). */
  readonly packages: readonly string[]
  /** Other requirements files it includes, as written. */
  readonly includes: readonly string[]
  /** Whether it has a source with unknown packages: a repository, extras, a folder, an unknown wheel. */
  readonly unknown: boolean
  /** The number of requirements; `pinned` counts those with an exact version or file. */
  readonly count: number
  readonly pinned: number
}

const INCLUDE = /^(?:-r|--requirement)(?:\s*=\s*|\s+|(?=[^-\s=]))(\S+)/
/** Options that may install packages beyond the named ones. */
const INDEX = /^(?:-i|--index-url|--extra-index-url|-f|--find-links|-e|--editable)\b/
const NAMED = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(\[?)/
const WHEEL = /(?:^|[\\/])([A-Za-z0-9](?:[\w.]*[A-Za-z0-9])?)-[^\\/\s]+\.whl(?=$|[\s;#])/
const PINNED = /^[\w.-]+\s*\(?\s*={2,3}\s*[^*,\s;]+\s*\)?\s*(?:$|;|--)/

export function readInstalled(text: string): Installed {
  const packages: string[] = []
  const includes: string[] = []
  let unknown = false
  let count = 0
  let pinned = 0
  for (const { line: written } of logicalLines(text)) {
    const line = written.trim()
    const include = INCLUDE.exec(line)?.[1]
    if (include !== undefined) includes.push(include)
    if (INDEX.test(line)) unknown = true
    if (line === '' || line.startsWith('-')) continue
    count++
    const wheel = WHEEL.exec(line)?.[1]
    const named = NAMED.exec(line)
    const isPath = /^[^\s;@<>=!~[]*(?:[\\/:]|\.(?:zip|gz|bz2|tgz)\b)/.test(line)
    const name = normalName(wheel ?? (isPath ? '' : (named?.[1] ?? '')))
    if (name === '' || named?.[2] === '[' || (wheel !== undefined && !isWellKnown(name))) unknown = true
    else packages.push(name)
    if (wheel !== undefined || PINNED.test(line)) pinned++
  }
  return { packages, includes, unknown, count, pinned }
}
