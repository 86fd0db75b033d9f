/** Checks that requirements.txt installs the app's imports: a missing module may fail late, or only for some users. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { positioner } from '#shared/manifest-text/text.ts'
import { type MissingImport, missingImports } from '../../python/missing.ts'
import { isHashLocked } from '../../python/requirements.ts'
import type { Tree } from './tree.ts'

export async function importsInTree(tree: Tree): Promise<Finding[]> {
  // Without requirements.txt, another finding names all imports.
  if (!tree.paths.has('requirements.txt')) return []
  const isLocked = isHashLocked((await tree.text('requirements.txt')) ?? '')
  return (await missingIn(tree)).map(missing => {
    const { module, requirement, file, text, range } = missing
    const message =
      requirement === undefined
        ? t`${module} is imported here, but it is neither in the bundle nor installed by requirements.txt.`
        : requirement === module
          ? t`${module} is imported here, but requirements.txt does not install it.`
          : t`${module} is imported here, but requirements.txt does not install ${requirement}.`
    const fix = requirement !== undefined &&
      !isLocked && {
        title: t`Add ${requirement} to requirements.txt`,
        edits: [],
        requirements: [requirement]
      }
    const finding: Finding = {
      rule: 'requirements-import',
      severity: 'warning',
      message,
      file,
      ...(fix && { fix })
    }
    return positioner(text)(finding, range)
  })
}

export async function missingIn(tree: Tree): Promise<readonly MissingImport[]> {
  const module = tree.view?.runtime.Module
  if (typeof module !== 'string') return []
  return (await missingImports(tree, module)).missing
}
