/** Checks that Runtime.Module is a name that `python3 -m` accepts. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { isModuleName } from '../../python/module-name.ts'
import { type ManifestView, remark, setFix } from './view.ts'

export function moduleRules(view: ManifestView): Finding[] {
  const value = view.runtime.Module
  if (typeof value !== 'string' || isModuleName(value)) return []
  const path = ['Runtime', 'Module']
  const better = moduleName(value)
  const fix = better ? setFix(view, t`Use "${better}"`, path, better) : undefined
  const message = t`"${value}" is not the name of a Python module: names joined by dots, as in "q_app.run".`
  return [remark(view, { rule: 'module-name', severity: 'error', path, message, fix })]
}

/** `./q_app/run.py`, `q_app/run` or `run:main` as modules; undefined if the result is not a module's name. */
function moduleName(text: string): string | undefined {
  const name = text
    .trim()
    .replace(/:.*$/s, '')
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '')
    .replace(/(\/__main__)?\.py$/, '')
    .replace(/\/+$/, '')
    .replaceAll('/', '.')
  return isModuleName(name) ? name : undefined
}
