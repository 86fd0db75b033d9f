/** What a requirements file installs by name, as far as its text tells. */
import { logicalLines } from '../manifest/requirements.ts'
import { isWellKnown, normalName } from './packages.ts'

export interface Installed {
  /** As PEP 503 writes them. */
  readonly packages: readonly string[]
  /** Other files it takes lines from, as written. */
  readonly includes: readonly string[]
  /** Something whose contents nobody can tell from here: sources of a repository, extras, a folder, a wheel of one's own. */
  readonly unknown: boolean
  /** How many requirements it has, and how many of them name one exact version or file. */
  readonly count: number
  readonly pinned: number
}

const INCLUDE = /^(?:-r|--requirement)(?:\s*=\s*|\s+|(?=[^-\s=]))(\S+)/
/** Where packages come from that may bring more than their name says. */
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
