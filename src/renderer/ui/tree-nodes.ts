/** Builds a tree from the files of a project or bundle: the contents, sizes and findings of each folder. */
import { type FileReason, reasonText } from '#shared/file-reason.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'

export interface TreeFile {
  /** With forward slashes; folders end in "/". */
  readonly path: string
  readonly size: number
  readonly included: boolean
  /** Why the file is in or out; absent if there is no reason to show. */
  readonly reason?: FileReason | undefined
}

export interface TreeNode {
  readonly path: string
  readonly name: string
  readonly folder: boolean
  /** 0 for items in the root. */
  readonly depth: number
  /** For a folder, `mixed` if an ignore file excludes some of it. Excluded caches and the like do not count. */
  readonly state: 'in' | 'out' | 'mixed'
  /** Bytes of the included files, or of an excluded file. */
  readonly size: number
  /** Number of included files in a folder; 1 or 0 for a file. */
  readonly count: number
  readonly reason: FileReason | undefined
  /** Findings of the file, or of everything in the folder. */
  readonly findings: readonly Finding[]
  readonly children: readonly TreeNode[]
}

interface Draft {
  readonly path: string
  readonly name: string
  readonly children: Map<string, Draft>
  file?: TreeFile
}

/** The items in the root, folders first, sorted by name. */
export function buildTree(files: readonly TreeFile[], findings: readonly Finding[]): readonly TreeNode[] {
  const root: Draft = { path: '', name: '', children: new Map() }
  for (const file of files) draftOf(root, file.path).file = file
  return finish(root, -1, groupByFile(findings)).children
}

function groupByFile(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const file = finding.file ?? ''
    const group = groups.get(file)
    if (group) group.push(finding)
    else groups.set(file, [finding])
  }
  return groups
}

function draftOf(root: Draft, path: string): Draft {
  let node = root
  const parts = path.split('/')
  const isFolder = path.endsWith('/')
  if (isFolder) parts.pop()
  for (const [index, name] of parts.entries()) {
    const folder = isFolder || index < parts.length - 1
    const key = folder ? `${name}/` : name
    let child = node.children.get(key)
    if (!child) {
      child = { path: node.path + key, name, children: new Map() }
      node.children.set(key, child)
    }
    node = child
  }
  return node
}

function finish(draft: Draft, depth: number, findings: ReadonlyMap<string, readonly Finding[]>): TreeNode {
  const { path, name, file } = draft
  const folder = path === '' || path.endsWith('/')
  const own = findings.get(path) ?? []
  const reason = file?.reason
  if (!folder || draft.children.size === 0) {
    const included = file?.included ?? false
    const count = included && !folder ? 1 : 0
    const state = included ? 'in' : 'out'
    return {
      path,
      name,
      folder,
      depth,
      state,
      size: file?.size ?? 0,
      count,
      reason,
      findings: own,
      children: []
    }
  }
  const children = [...draft.children.values()].map(child => finish(child, depth + 1, findings)).sort(byName)
  const inside = children.filter(child => child.state !== 'out')
  return {
    path,
    name,
    folder,
    depth,
    state: inside.length === 0 ? 'out' : children.some(isPartlyOut) ? 'mixed' : 'in',
    size: inside.reduce((sum, child) => sum + child.size, 0),
    count: children.reduce((sum, child) => sum + child.count, 0),
    reason,
    findings: [...own, ...children.flatMap(child => child.findings)],
    children
  }
}

function isPartlyOut({ state, reason }: TreeNode): boolean {
  return (
    state === 'mixed' || (state === 'out' && (reason?.code === 'ignored-by' || reason?.code === 'ignored'))
  )
}

const collator = new Intl.Collator('en', { numeric: true })

function byName(a: TreeNode, b: TreeNode): number {
  return Number(b.folder) - Number(a.folder) || collator.compare(a.name, b.name)
}

export interface TreeView {
  /** Paths of open folders. */
  readonly open: ReadonlySet<string>
  readonly shown: 'all' | 'in' | 'out' | 'findings'
  /** Words that must be in the path or the reason; folders that contain a match are then open. */
  readonly filter: string
}

/** The rows on screen, from top to bottom. */
export function visibleRows(roots: readonly TreeNode[], view: TreeView): readonly TreeNode[] {
  const rows: TreeNode[] = []
  const searching = view.filter.trim() !== '' || view.shown === 'findings'
  const add = (node: TreeNode): boolean => {
    const at = rows.length
    rows.push(node)
    const isOpen = searching || view.open.has(node.path)
    const below = isOpen ? node.children.filter(add).length > 0 : node.children.some(holdsMatch)
    if (below || (matches(node, view) && (node.children.length === 0 || !searching))) return true
    rows.length = at
    return false
  }
  const holdsMatch = (node: TreeNode): boolean =>
    node.children.length === 0 ? matches(node, view) : node.children.some(holdsMatch)
  for (const root of roots) add(root)
  return rows
}

function matches(node: TreeNode, { shown, filter }: TreeView): boolean {
  if (shown === 'findings' && node.findings.length === 0) return false
  if (shown === 'in' && node.state === 'out') return false
  if (shown === 'out' && node.state === 'in') return false
  const path = node.path.toLowerCase()
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter(word => !path.includes(word))
  if (words.length === 0) return true
  const reason = node.reason ? reasonText(node.reason).toLowerCase() : ''
  return words.every(word => reason.includes(word))
}

/** The included files, largest first. */
export function largestFirst(files: readonly TreeFile[]): readonly TreeFile[] {
  return files.filter(file => file.included && !file.path.endsWith('/')).toSorted((a, b) => b.size - a.size)
}

export interface Share {
  readonly name: string
  readonly size: number
}

/** Shares of the total size: the largest items in the root, and all others combined. */
export function sharesOf(
  roots: readonly TreeNode[],
  limit: number
): { shares: readonly Share[]; rest: Share } {
  const inside = roots.filter(root => root.state !== 'out').toSorted((a, b) => b.size - a.size)
  const shares = inside
    .slice(0, limit)
    .map(({ name, folder, size }) => ({ name: folder ? `${name}/` : name, size }))
  const others = inside.slice(limit)
  const size = others.reduce((sum, other) => sum + other.size, 0)
  return { shares: shares.filter(share => share.size > 0), rest: { name: t`${others.length} others`, size } }
}
