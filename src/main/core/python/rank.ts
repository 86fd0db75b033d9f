/** Ranks a project's Python files by how likely each is the module to start. */
import { t } from '#shared/language.ts'
import { moduleOf } from './module-name.ts'
import type { PythonFacts, Sighting } from './source.ts'

export interface Candidate {
  /** Relative to the project, forward slashes. */
  readonly path: string
  readonly facts: PythonFacts
}

interface Ranked {
  readonly module: string
  /** The best modules, `module` first. */
  readonly modules: readonly string[]
  readonly route?: string | undefined
  readonly evidence: string[]
}

const MAX_MODULES = 20
const USUAL_NAMES = ['app', 'main', 'run', 'server', '__main__', 'wave_app']

/** The best module; undefined if none seems to start a server. */
export function rankCandidates(candidates: readonly Candidate[]): Ranked | undefined {
  const scored = candidates
    .map(candidate => ({ candidate, score: score(candidate) }))
    .filter(({ score }) => score > 0)
  scored.sort(
    (left, right) => right.score - left.score || (left.candidate.path < right.candidate.path ? -1 : 1)
  )
  const best = scored[0]?.candidate
  if (!best) return undefined
  const route = routeOf(best, candidates)
  return {
    module: moduleOf(best.path),
    modules: [...new Set(scored.map(({ candidate }) => moduleOf(candidate.path)))].slice(0, MAX_MODULES),
    route: route?.route,
    evidence: [
      ...evidence(best),
      ...(route ? [t`Route ${route.route}: ${place(route.path, route.seen)}`] : [])
    ]
  }
}

function score({ path, facts }: Candidate): number {
  const { exportsMain, listens, mainBlock, serves, framework, routes } = facts
  const parts = path.replace(/\.py$/, '').split('/')
  const isMain = parts.at(-1) === '__main__'
  let points = 0
  if (exportsMain && routes.length > 0) points += 100
  else if (exportsMain) points += 60
  if (listens) points += mainBlock || isMain ? 100 : 70
  if (serves) points += mainBlock || isMain ? 50 : 30
  else if (framework) points += 28
  if (isMain && parts.length > 1) points += points > 0 ? 40 : 25
  if (points === 0) return mainBlock && USUAL_NAMES.includes(parts.at(-1) ?? '') ? 5 : 0
  const usual = USUAL_NAMES.indexOf(parts.at(-1) ?? '')
  return points + (usual < 0 ? 0 : 10 - usual) - 3 * (parts.length - 1)
}

/** The route in the file itself, or else the only route in any file: pages may be in another file than `main`. */
function routeOf(best: Candidate, candidates: readonly Candidate[]) {
  const own = best.facts.routes[0]
  if (own) return { route: own.route, seen: own, path: best.path }
  const others = candidates.flatMap(({ path, facts }) =>
    facts.routes.map(seen => ({ route: seen.route, seen, path }))
  )
  return new Set(others.map(({ route }) => route)).size === 1 ? others[0] : undefined
}

function evidence({ path, facts }: Candidate): string[] {
  const seen = facts.exportsMain ?? facts.listens ?? facts.serves ?? facts.framework ?? facts.mainBlock
  return [t`Module ${moduleOf(path)}: ${seen ? place(path, seen) : path}`]
}

function place(path: string, { line, code }: Sighting): string {
  return `${path}:${line}: ${code}`
}
