/**
 * Makes a project the size of a large app from files that any development machine has: Python's library and the
 * packages here.
 */
import { execFileSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface BenchTree {
  readonly folder: string
  readonly files: number
  readonly bytes: number
}

const FILES = 11_890
const BYTES = 409_000_000
/** A few large files, as in real apps: native libraries that compress, and wheels that do not. */
const WHEELS = [17_000_000, 35_000_000, 61_000_000]
const LARGE_FROM = 2_000_000
const LARGE_MOST = 25_000_000

/** Files that the bundle excludes by default: the peers would archive them and do more work than the bundle. */
const LEFT_OUT =
  /(^|\/)(__pycache__|node_modules|\.git|\.venv|[^/]*\.egg-info|\.idea|\.vscode|\._[^/]*)(\/|$)|\.py[co]$|~$|\.qz$|\.sw[op]$|(^|\/)(test|tests|\.gitignore)(\/|$)/

export function makeTree(folder: string): BenchTree {
  const tree = { folder, files: 0, bytes: 0 }
  const put = (path: string, content: Uint8Array | string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
    tree.files++
    tree.bytes += content.length
  }
  put('q-app.toml', '[App]\nName = "ai.example.large"\nVersion = "0.1.0"\n\n[Runtime]\nModule = "app"\n')
  put('app.py', 'print("hello")\n')
  for (const [index, size] of WHEELS.entries())
    put(`wheels/part${index}-1.0-py3-none-any.whl`, noise(size, index))
  const sources = [pythonLibrary(), join(import.meta.dirname, '../../node_modules')].flatMap(root =>
    listFiles(root).map(path => ({ root, path, size: statSync(join(root, path)).size }))
  )
  const large = sources.filter(({ size }) => size >= LARGE_FROM && size <= LARGE_MOST)
  const small = sources.filter(({ size }) => size < LARGE_FROM)
  const copy = ({ root, path, size }: (typeof sources)[number]) => {
    // Flat enough for every peer, and without names that have a meaning.
    const target = join(folder, 'lib', path.replaceAll('node_modules', 'packages'))
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(join(root, path), target)
    tree.files++
    tree.bytes += size
  }
  // In order, so that packages are complete and folders as full as in any project.
  for (const source of small.slice(0, FILES - 200)) copy(source)
  for (const source of large) {
    if (tree.bytes + source.size > BYTES) continue
    copy(source)
  }
  return tree
}

function pythonLibrary(): string {
  const print = 'import sysconfig; print(sysconfig.get_paths()["stdlib"])'
  return execFileSync('python3', ['-c', print], { encoding: 'utf8' }).trim()
}

function listFiles(root: string, path = ''): string[] {
  return readdirSync(join(root, path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(child => {
      const own = path + child.name
      if (LEFT_OUT.test(own)) return []
      if (child.isDirectory()) return listFiles(root, `${own}/`)
      return child.isFile() ? [own] : []
    })
}

/** The same bytes every time, and not compressible. */
function noise(size: number, seed: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, seed + 1), Buffer.alloc(16)).update(
    Buffer.alloc(size)
  )
}
