/** Projects for tests: temporary folders filled from a table, and helpers to read them back. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

export const MANIFEST = `[App]
Name = "ai.example.app"
Version = "0.1.0"

[Runtime]
Module = "app"
`

/** A temporary folder for one test, removed after it. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'q8s-bundle-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Content by path; a path ending in "/" is an empty folder, `{link}` a symbolic link, `{mode}` sets permissions. */
export type Tree = Readonly<
  Record<string, string | Uint8Array | { link: string } | { mode: number; content: string }>
>

export function writeTree(folder: string, tree: Tree): string {
  for (const [path, content] of Object.entries(tree)) {
    const absolute = join(folder, path)
    if (path.endsWith('/')) {
      mkdirSync(absolute, { recursive: true })
      continue
    }
    mkdirSync(dirname(absolute), { recursive: true })
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(absolute, content)
    else if ('link' in content) symlinkSync(content.link, absolute)
    else writeFileSync(absolute, content.content, { mode: content.mode })
  }
  return folder
}

/** A project with a manifest and the given files. */
export function project(tree: Tree = {}): string {
  return writeTree(temporaryFolder(), { 'q-app.toml': MANIFEST, 'app.py': 'print("hello")\n', ...tree })
}

export function readText(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8')
}

/** Incompressible bytes, the same each time. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed >>> 0 || 1
  for (let index = 0; index < length; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[index] = state
  }
  return bytes
}
