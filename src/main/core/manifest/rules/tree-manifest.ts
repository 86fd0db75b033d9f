/** Checks that the manifest is at the root, bundled and unique, and its volume is not named like a bundled folder. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'
import { hasFolder, type Tree } from './tree.ts'
import { remark, setFix } from './view.ts'

export async function manifestInTree(tree: Tree): Promise<Finding[]> {
  return [...place(tree), ...mountInBundle(tree)]
}

function place({ file, paths }: Tree): Finding[] {
  const findings: Finding[] = []
  const [best, older] = MANIFEST_FILES
  if (file.includes('/')) {
    const message = t`${file} has to be at the root of the bundle, beside requirements.txt and static/.`
    findings.push({ rule: 'manifest-not-root', severity: 'error', message, file })
  } else if (!paths.has(file)) {
    const message = t`${file} is left out of the bundle by an ignore rule; without it there is no app.`
    findings.push({ rule: 'manifest-not-bundled', severity: 'error', message, file })
  }
  if (paths.has(best) && paths.has(older)) {
    const message = t`There are ${best} and ${older}; q8s reads ${best}.`
    findings.push({ rule: 'manifest-two', severity: 'warning', message, file: older })
  } else if (file === older) {
    const message = t`${older} is the manifest of today's H2O AI Cloud; q8s reads it as if it were ${best}.`
    findings.push({ rule: 'manifest-today', severity: 'info', message, file })
  }
  return findings
}

function mountInBundle({ view, paths, file }: Tree): Finding[] {
  const mount = view?.runtime.VolumeMount
  const folder = typeof mount === 'string' ? /^\/([^/]+)\/?$/.exec(mount)?.[1] : undefined
  if (!view || !folder || ['app', 'resources', 'qz'].includes(folder) || !hasFolder(paths, folder)) return []
  let free = `${folder}-volume`
  while (hasFolder(paths, free)) free += '-volume'
  const path = ['Runtime', 'VolumeMount']
  const message = t`The bundle has a folder ${folder}/ too, which is not the volume; later platforms
    refuse this.`
  const fix = setFix(view, t`Use "/${free}"`, path, `/${free}`)
  return [
    { ...remark(view, { rule: 'volume-mount-bundled', severity: 'warning', path, message, fix }), file }
  ]
}
