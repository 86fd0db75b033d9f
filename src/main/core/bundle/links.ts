/** Symbolic links inside a bundle: they may point at what is in it, and nowhere else. */
import { foldPath, pathProblem } from './names.ts'

/** As many hops as Linux follows before it says ELOOP. */
const MAX_HOPS = 40

/** Targets of all links of a tree, by folded path, so that links met on the way are followed as any system would. */
export type LinkTargets = ReadonlyMap<string, string>

export interface ResolvedLink {
  /** Why the link cannot be in a bundle, in words that go after "the link". */
  readonly problem?: string
  /** Where it leads, relative to the root; "" is the root itself. */
  readonly path?: string
}

/** Follows the link at `path` to `target` without touching a disk. `target` has forward slashes. */
export function resolveLink(path: string, target: string, links: LinkTargets): ResolvedLink {
  const problem = targetProblem(target)
  if (problem) return { problem }
  const position = path.split('/').slice(0, -1)
  const pending = target.split('/')
  for (let hops = 0; pending.length > 0; ) {
    const part = pending.shift()
    if (part === undefined || part === '' || part === '.') continue
    if (part === '..') {
      if (position.pop() === undefined) return { problem: `leaves the project (to ${target})` }
      continue
    }
    position.push(part)
    const next = links.get(foldPath(position.join('/')))
    if (next === undefined) continue
    if (++hops > MAX_HOPS) return { problem: 'leads round in a circle' }
    const nextProblem = targetProblem(next)
    if (nextProblem) return { problem: nextProblem }
    position.pop()
    pending.unshift(...next.split('/'))
  }
  return { path: position.join('/') }
}

function targetProblem(target: string): string | undefined {
  if (target === '') return 'has no target'
  if (target.startsWith('/')) return `has an absolute target (${target})`
  // "." and ".." are what links are made of; every other rule for names holds.
  const named = target.split('/').filter(part => part !== '' && part !== '.' && part !== '..')
  const problem = named.length > 0 ? pathProblem(named.join('/')) : undefined
  return problem && `has a target that ${problem}`
}
