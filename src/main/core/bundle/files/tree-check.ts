/** Checks a walked project as a whole: refuses names, collisions and links that no reader of a bundle would accept. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { hiddenSigns } from '#shared/text.ts'
import { pathProblem, showPath, windowsProblem } from '../names.ts'
import { createPathTree, type PathTree } from '../path-tree.ts'
import type { WalkedFile } from './walked-file.ts'

/** The same files, with findings; files that a bundle cannot hold are no longer included. */
export function checkTree(files: readonly WalkedFile[]): WalkedFile[] {
  const tree = createPathTree(Number.POSITIVE_INFINITY)
  const named = files.map(file => (file.included ? checkName(file, tree) : file))
  return named.map(file => (file.included && file.target !== undefined ? checkLink(file, tree) : file))
}

function checkName(file: WalkedFile, tree: PathTree): WalkedFile {
  const problem = pathProblem(file.path)
  if (problem) {
    const message = t`The name ${showPath(file.path)} ${problem}, which no bundle can have. Rename it.`
    return refuse(file, 'name-refused', message)
  }
  const collision = tree.add(file.path, file.kind)
  if (collision) {
    return refuse(file, 'names-collide', t`${showPath(file.path)} ${collision}. Rename one of them.`)
  }
  if (file.target !== undefined) tree.setTarget(file.path, file.target)
  const hidden = hiddenSigns(file.path)
  if (hidden.length > 0) {
    const message = t`The name ${file.path} has invisible characters (${hidden.join(', ')}). Rename it.`
    return note(file, 'name-hidden', message)
  }
  const windows = windowsProblem(file.path)
  if (!windows) return file
  return note(
    file,
    'name-not-portable',
    t`The name ${showPath(file.path)} ${windows}: it cannot be unpacked on Windows.`
  )
}

function checkLink(file: WalkedFile, tree: PathTree): WalkedFile {
  const { problem, path, exists } = tree.follow(file.path)
  const shown = showPath(file.path)
  if (problem) {
    const message = t`The link ${shown} ${problem}. Put a copy there, or a relative link inside the project.`
    return refuse(file, 'link-refused', message)
  }
  if (exists) return file
  return note(
    file,
    'link-target-missing',
    t`The link ${shown} points at ${path ?? ''}, which is not in the bundle.`
  )
}

function refuse(file: WalkedFile, rule: string, message: string): WalkedFile {
  const finding: Finding = { rule, severity: 'error', message, file: file.path }
  return { ...file, included: false, reason: { code: 'refused' }, finding }
}

function note(file: WalkedFile, rule: string, message: string): WalkedFile {
  return { ...file, finding: { rule, severity: 'warning', message, file: file.path } }
}
