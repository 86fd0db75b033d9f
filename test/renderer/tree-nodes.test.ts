/** The tree of a project's files: sums and states of folders, filtered rows, and the largest items. */
import { describe, expect, test } from 'vitest'
import type { FileReason } from '#shared/file-reason.ts'
import type { Finding } from '#shared/finding.ts'
import {
  buildTree,
  largestFirst,
  sharesOf,
  type TreeFile,
  type TreeNode,
  type TreeView,
  visibleRows
} from '../../src/renderer/ui/tree-nodes.ts'

const PLAIN: FileReason = { code: 'part-of-project' }
const IGNORED: FileReason = { code: 'ignored-by', file: '.gitignore', line: 1, pattern: 'secret.csv' }
const file = (path: string, size: number, reason: FileReason = PLAIN): TreeFile => {
  return { path, size, included: reason === PLAIN, reason }
}
const FILES = [
  file('.venv/', 0, { code: 'virtual-environment' }),
  file('app.py', 10),
  file('data/big.csv', 1000),
  file('data/deep/a.csv', 200),
  file('data/secret.csv', 50, IGNORED),
  file('lib/__pycache__/', 0, { code: 'python-cache' }),
  file('lib/x.py', 5)
]
const finding: Finding = { rule: 'secret', severity: 'error', message: 'A key.', file: 'data/deep/a.csv' }
const roots = buildTree(FILES, [finding])
const all: TreeView = { open: new Set(), shown: 'all', filter: '' }
const paths = (view: Partial<TreeView>) => visibleRows(roots, { ...all, ...view }).map(node => node.path)

function find(nodes: readonly TreeNode[], path: string): TreeNode | undefined {
  for (const node of nodes) {
    const found = node.path === path ? node : find(node.children, path)
    if (found) return found
  }
  return undefined
}

describe('a folder', () => {
  test('sums the included files and the findings below it', () => {
    expect(find(roots, 'data/')).toMatchObject({ size: 1200, count: 2, depth: 0, findings: [finding] })
    expect(find(roots, 'data/deep/a.csv')).toMatchObject({ depth: 2, size: 200 })
  })

  test('is mixed if an ignore file excludes something in it, but not for caches', () => {
    expect(find(roots, 'data/')?.state).toBe('mixed')
    expect(find(roots, 'lib/')?.state).toBe('in')
    expect(find(roots, '.venv/')?.state).toBe('out')
  })
})

describe('rows', () => {
  test('are folders first, and closed at first', () => {
    expect(paths({})).toEqual(['.venv/', 'data/', 'lib/', 'app.py'])
  })

  test('of an open folder are below it', () => {
    expect(paths({ open: new Set(['data/']) })).toEqual([
      '.venv/',
      'data/',
      'data/deep/',
      'data/big.csv',
      'data/secret.csv',
      'lib/',
      'app.py'
    ])
  })

  test('of a filter are the matches with their parent folders', () => {
    expect(paths({ filter: 'a.csv' })).toEqual(['data/', 'data/deep/', 'data/deep/a.csv'])
    expect(paths({ filter: 'gitignore' })).toEqual(['data/', 'data/secret.csv'])
    expect(paths({ shown: 'findings' })).toEqual(['data/', 'data/deep/', 'data/deep/a.csv'])
    expect(paths({ shown: 'out' })).toEqual(['.venv/', 'data/', 'lib/'])
    expect(paths({ shown: 'in' })).toEqual(['data/', 'lib/', 'app.py'])
    expect(paths({ filter: 'nothing like it' })).toEqual([])
  })

  test('of 12,000 files are available at once', () => {
    const many = Array.from({ length: 12_000 }, (_, index) =>
      file(`d${index % 400}/e${index % 7}/f${index}.py`, 1)
    )
    const begin = performance.now()
    const tree = buildTree(many, [])
    expect(visibleRows(tree, { ...all, filter: 'f11999' })).toHaveLength(3)
    expect(performance.now() - begin).toBeLessThan(1_000)
  })
})

test('the largest items', () => {
  expect(largestFirst(FILES).map(({ path }) => path)).toEqual([
    'data/big.csv',
    'data/deep/a.csv',
    'app.py',
    'lib/x.py'
  ])
  expect(sharesOf(roots, 1)).toEqual({
    shares: [{ name: 'data/', size: 1200 }],
    rest: { name: '2 others', size: 15 }
  })
})
