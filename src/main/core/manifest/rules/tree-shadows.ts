/** Finds files at the root that hide a module of Python or of an installed package. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { allInstalled } from '../../python/installed.ts'
import { normalName, packageOf } from '../../python/packages.ts'
import { STANDARD_LIBRARY } from '../../python/standard-library.ts'
import type { Tree } from './tree.ts'

/** Python loads these before it searches the app's folder. */
const NEVER_HIDDEN: ReadonlySet<string> = new Set(
  'abc builtins codecs encodings errno gc genericpath io marshal nt ntpath os posix posixpath site stat sys time zipimport'.split(
    ' '
  )
)

export async function shadowsInTree(tree: Tree): Promise<Finding[]> {
  const { packages } = await allInstalled(tree)
  return rootModules(tree.paths).flatMap(({ name, file }) => {
    if (STANDARD_LIBRARY.has(name)) {
      if (NEVER_HIDDEN.has(name)) return []
      const message = t`${file} hides Python's own module ${name}: every package that imports ${name} gets this file. Rename it.`
      return [{ rule: 'module-hides-python', severity: 'warning' as const, message, file }]
    }
    const hidden = [packageOf(name), normalName(name)].find(each => each !== undefined && packages.has(each))
    if (hidden === undefined) return []
    const message = t`${file} hides the package ${hidden} that requirements.txt installs: importing ${name} gives this file. Rename it.`
    return [{ rule: 'module-hides-package', severity: 'warning' as const, message, file }]
  })
}

function rootModules(paths: ReadonlySet<string>): { name: string; file: string }[] {
  return [...paths].flatMap(file => {
    const name = /^([^/.]+)(?:\.py|\/__init__\.py)$/.exec(file)?.[1]
    return name === undefined ? [] : [{ name, file }]
  })
}
