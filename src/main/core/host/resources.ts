/** Finds files that ship with the code: in a checkout, in an installed package, in a packaged app. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

/** Absolute path of `resources/<name>`; `name` has forward slashes, e.g. `runtime/launcher.py`. */
export function resourcePath(name: string): string {
  const packaged = (process as { resourcesPath?: string }).resourcesPath
  const roots = packaged ? [packaged] : []
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    roots.push(folder)
    if (folder === dirname(folder)) break
  }
  for (const root of roots) {
    const path = join(root, 'resources', ...name.split('/'))
    if (existsSync(path)) return path
  }
  throw new AppError(
    'INTERNAL',
    t`This installation of q8s is incomplete: resources/${name} is missing.`,
    t`Install it again.`
  )
}
