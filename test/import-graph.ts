/** Which source files import each other, and import cycles. */
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

export type ImportGraph = ReadonlyMap<string, readonly string[]>

const root = join(import.meta.dirname, '..')

/** `#shared/*` and similar aliases, from package.json. */
const ALIASES = Object.entries<string>(
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).imports
).map(([alias, folder]) => [alias.replace('*', ''), folder.replace(/^\.\/|\*$/g, '')] as const)

/** The path of an imported file, from the root of the repository; undefined for a package. */
export function importedFile(file: string, path: string): string | undefined {
  if (path.startsWith('.')) return posix.join(posix.dirname(file), path)
  const alias = ALIASES.find(([prefix]) => path.startsWith(prefix))
  return alias && alias[1] + path.slice(alias[0].length)
}

/** The imports and re-exports of each file at load time, types included; dynamic imports are not included. */
export function importGraph(files: readonly string[], read: (file: string) => string): ImportGraph {
  const known = new Set(files)
  return new Map(
    files.map(file => {
      const paths = [...read(file).matchAll(/\bfrom '([^']+)'|^import '([^']+)'/gm)].map(
        match => importedFile(file, match[1] ?? match[2] ?? '') ?? ''
      )
      return [file, [...new Set(paths)].filter(path => known.has(path))]
    })
  )
}

/** One shortest cycle through each file that is in a cycle, without duplicates: `a -> b -> a`. */
export function circlesOf(graph: ImportGraph): readonly string[] {
  const found = new Map<string, string>()
  for (const file of graph.keys()) {
    const circle = circleThrough(file, graph)
    if (circle) found.set(circle.toSorted().join(), [...circle, file].join(' -> '))
  }
  return [...found.values()]
}

function circleThrough(start: string, graph: ImportGraph): readonly string[] | undefined {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return wayTo(file, start, cameFrom)
      if (cameFrom.has(next)) continue
      cameFrom.set(next, file)
      queue.push(next)
    }
  }
  return undefined
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way = [end]
  for (let at = end; at !== start; way.unshift(at)) at = cameFrom.get(at) as string
  return way
}
