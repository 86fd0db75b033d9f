/** The paths of a bundle as the tree they form on disk: finds names that collide, and resolves links. */
import { t } from '#shared/language.ts'
import { foldPath, pathProblem } from './names.ts'

export interface PathTree {
  /** Adds a path (folders end in "/"). Returns why it is not allowed, as words that follow its name. */
  add(path: string, kind: PathKind): string | undefined
  /** Sets the target of an added link, with forward slashes. */
  setTarget(path: string, target: string): void
  /** Follows an added link as any system would, without reading the disk. */
  follow(path: string): FollowedLink
}

export type PathKind = 'file' | 'folder' | 'link'

export interface FollowedLink {
  /** Why the link is not allowed, as words that follow its name. */
  readonly problem?: string
  /** The path it leads to, relative to the root; "" is the root itself. */
  readonly path?: string
  /** Whether that path exists. */
  readonly exists?: boolean
}

export const MAX_TARGET_BYTES = 1024
const MAX_HOPS = 16

interface Node {
  /** The name as first spelled. */
  readonly name: string
  kind: PathKind
  /** True if it has an entry of its own, and is not only a parent of an entry. */
  explicit: boolean
  target?: string
  /** Keyed by folded name. */
  readonly children: Map<string, Node>
}

/** `maxNodes` limits files and folders together, so that a malicious list of deep paths cannot fill the memory. */
export function createPathTree(maxNodes: number): PathTree {
  const root = newNode('', 'folder')
  let nodes = 0
  // Paths come sorted, so most are in the same folder as the path before.
  let entered = { path: '', node: root }

  function find(path: string): Node | undefined {
    let node: Node | undefined = root
    for (const part of path.split('/')) node = node?.children.get(foldPath(part))
    return node
  }

  function step(parent: Node, name: string, kind: PathKind): Node {
    const folded = foldPath(name)
    const known = parent.children.get(folded)
    if (known) return known
    nodes++
    const node = newNode(name, kind)
    parent.children.set(folded, node)
    return node
  }

  /** The folder with that path, created if needed; or the reason why it cannot exist. */
  function enter(path: string): Node | string {
    if (path === '') return root
    if (path === entered.path) return entered.node
    let node = root
    for (const part of path.split('/')) {
      node = step(node, part, 'folder')
      if (node.name !== part) return collision(part, node.name)
      if (node.kind !== 'folder') return t`lies inside "${part}", which is ${aKind(node.kind)}`
    }
    entered = { path, node }
    return node
  }

  return {
    add(path, kind) {
      const bare = path.endsWith('/') ? path.slice(0, -1) : path
      const slash = bare.lastIndexOf('/')
      const folder = enter(slash === -1 ? '' : bare.slice(0, slash))
      if (typeof folder === 'string') return folder
      const name = bare.slice(slash + 1)
      const node = step(folder, name, kind)
      if (node.name !== name) return collision(name, node.name)
      if (node.explicit)
        return node.kind === kind ? t`is there twice` : t`is both ${aKind(node.kind)} and ${aKind(kind)}`
      if (node.kind !== kind) return t`is both ${aKind('folder')} and ${aKind(kind)}`
      node.explicit = true
      return nodes > maxNodes ? t`is one of more than ${maxNodes} files and folders` : undefined
    },
    setTarget(path, target) {
      const node = find(path)
      if (node) node.target = target
    },
    follow(path) {
      const target = find(path)?.target ?? ''
      return followFrom(root, path.split('/').slice(0, -1), target)
    }
  }
}

function newNode(name: string, kind: PathKind): Node {
  return { name, kind, explicit: false, children: new Map() }
}

function aKind(kind: PathKind): string {
  if (kind === 'file') return t`a file`
  return kind === 'folder' ? t`a folder` : t`a link`
}

function collision(name: string, other: string): string {
  return name === other
    ? t`is there twice`
    : t`has a part "${name}" that is one name with "${other}" on Windows and macOS`
}

interface Step {
  readonly name: string
  readonly node: Node | undefined
}

function followFrom(root: Node, folder: readonly string[], target: string): FollowedLink {
  const problem = targetProblem(target)
  if (problem) return { problem }
  const stack: Step[] = [{ name: '', node: root }]
  const down = (name: string) => {
    const node = stack.at(-1)?.node?.children.get(foldPath(name))
    stack.push({ name: node?.name ?? name, node })
    return node
  }
  for (const name of folder) down(name)
  const pending = target.split('/').reverse()
  for (let hops = 0; pending.length > 0; ) {
    const part = pending.pop()
    if (part === undefined || part === '' || part === '.') continue
    if (part === '..') {
      stack.pop()
      if (stack.length === 0) return { problem: t`leads out of the project (to ${target})` }
      continue
    }
    const node = down(part)
    if (node?.target === undefined) continue
    if (++hops > MAX_HOPS) return { problem: t`leads round in a circle, or through too many links` }
    const next = targetProblem(node.target)
    if (next) return { problem: next }
    stack.pop()
    pending.push(...node.target.split('/').reverse())
  }
  const path = stack.slice(1).map(({ name }) => name)
  return { path: path.join('/'), exists: stack.at(-1)?.node !== undefined }
}

function targetProblem(target: string): string | undefined {
  if (target === '') return t`has no target`
  if (target.startsWith('/')) return t`has an absolute target (${target})`
  if (Buffer.byteLength(target) > MAX_TARGET_BYTES)
    return t`has a target longer than ${MAX_TARGET_BYTES} bytes`
  // Links may contain "." and ".."; every other rule for names applies.
  const named = target.split('/').filter(part => part !== '' && part !== '.' && part !== '..')
  const problem = named.length > 0 ? pathProblem(named.join('/')) : undefined
  return problem && t`has a target that ${problem}`
}
