/** The input of the rules about files: the bundle's files; each is read only once. */
import { isCancelled, reportOf } from '#shared/errors.ts'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { decodeText } from '#shared/manifest-text/text.ts'
import type { ProjectSource } from '../project-source.ts'
import type { ManifestView } from './view.ts'

export interface Tree extends Pick<ProjectSource, 'file' | 'paths'> {
  /** Absent if the manifest is not TOML; the files are checked anyway. */
  readonly view?: ManifestView | undefined
  /** Bytes of a file; 0 if unknown. */
  size(path: string): number
  /** Undefined if the file cannot be read; a finding is then added to `unread`. */
  bytes(path: string): Promise<Uint8Array | undefined>
  /** Like `bytes`, as text; bytes that are not UTF-8 are replaced. */
  text(path: string): Promise<string | undefined>
  /** One finding for each file that could not be read. */
  readonly unread: readonly Finding[]
}

/** Findings name their file; a finding without a file is about the project as a whole. */
export type TreeRule = (tree: Tree) => Promise<Finding[]>

export function treeOf(source: ProjectSource, view: ManifestView | undefined): Tree {
  const { file, paths, read } = source
  const unread: Finding[] = []
  const seen = new Map<string, Promise<Uint8Array | undefined>>()
  const bytes = (path: string): Promise<Uint8Array | undefined> => {
    const known = seen.get(path)
    if (known) return known
    const reading = read(path).catch((error: unknown) => {
      if (isCancelled(error)) throw error
      const message = t`${path} could not be read: ${reportOf(error).message}`
      unread.push({ rule: 'file-unreadable', severity: 'error', message, file: path })
      return undefined
    })
    seen.set(path, reading)
    return reading
  }
  const text = async (path: string): Promise<string | undefined> => {
    const content = await bytes(path)
    return content && decodeText(content).text
  }
  return { file, paths, view, size: path => source.size?.(path) ?? 0, bytes, text, unread }
}

/** The names directly in a folder (`static/`, or '' for the root). */
export function namesIn(paths: ReadonlySet<string>, folder: string): string[] {
  return [...paths]
    .filter(path => path.startsWith(folder) && !path.includes('/', folder.length))
    .map(path => path.slice(folder.length))
    .sort()
}

export function hasFolder(paths: ReadonlySet<string>, folder: string): boolean {
  for (const path of paths) if (path.startsWith(`${folder}/`)) return true
  return false
}
