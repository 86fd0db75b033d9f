/** Checks a walked project as a whole: names, collisions and links that no reader would accept are refused here first. */
import type { Finding } from '#shared/finding.ts'
import { resolveLink } from './links.ts'
import { foldPath, pathProblem, showPath, windowsProblem } from './names.ts'
import type { WalkedFile } from './walk.ts'

/** The same files, with findings; what cannot be in a bundle is no longer included. */
export function checkTree(files: readonly WalkedFile[]): WalkedFile[] {
  const links = new Map<string, string>()
  for (const file of files) {
    if (file.included && file.target !== undefined) links.set(foldPath(file.path), file.target)
  }
  const seen = new Map<string, string>()
  const known = knownPaths(files)
  return files.map(file => {
    if (!file.included) return file
    return checkName(file) ?? checkCollision(file, seen) ?? checkLink(file, links, known) ?? file
  })
}

function knownPaths(files: readonly WalkedFile[]): ReadonlySet<string> {
  const known = new Set<string>([''])
  for (const file of files) {
    if (!file.included) continue
    const path = withoutSlash(file.path)
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const prefix = path.slice(0, end)
      if (known.has(prefix)) break
      known.add(prefix)
    }
  }
  return known
}

function checkName(file: WalkedFile): WalkedFile | undefined {
  const problem = pathProblem(file.path)
  const shown = showPath(file.path)
  if (problem) {
    return refuse(file, 'name-refused', `The name ${shown} ${problem}, which no bundle can have. Rename it.`)
  }
  const windows = windowsProblem(file.path)
  if (!windows || file.kind === 'link') return undefined
  return note(file, 'name-not-portable', `The name ${shown} ${windows}: it cannot be unpacked on Windows.`)
}

/** Every part of the path counts: `A/x` and `a/y` need two folders that some systems take for one. */
function checkCollision(file: WalkedFile, seen: Map<string, string>): WalkedFile | undefined {
  const path = withoutSlash(file.path)
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const prefix = path.slice(0, end)
    const folded = foldPath(prefix)
    const other = seen.get(folded)
    if (other === prefix) break
    if (other !== undefined) {
      return refuse(
        file,
        'names-collide',
        `${showPath(prefix)} and ${showPath(other)} are one name on Windows and macOS. Rename one of them.`
      )
    }
    seen.set(folded, prefix)
  }
  return undefined
}

function checkLink(
  file: WalkedFile,
  links: ReadonlyMap<string, string>,
  known: ReadonlySet<string>
): WalkedFile | undefined {
  if (file.target === undefined) return undefined
  const { problem, path } = resolveLink(file.path, file.target, links)
  const shown = showPath(file.path)
  if (problem || path === undefined) {
    const message = `The link ${shown} ${problem}. Put a copy there, or a relative link inside the project.`
    return refuse(file, 'link-refused', message)
  }
  if (known.has(path)) return undefined
  return note(file, 'link-target-missing', `The link ${shown} points at ${path}, which is not in the bundle.`)
}

function refuse(file: WalkedFile, rule: string, message: string): WalkedFile {
  const finding: Finding = { rule, severity: 'error', message, file: file.path }
  return { ...file, included: false, reason: 'cannot be in a bundle', finding }
}

function note(file: WalkedFile, rule: string, message: string): WalkedFile {
  return { ...file, finding: { rule, severity: 'warning', message, file: file.path } }
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
