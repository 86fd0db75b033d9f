/** Checks Runtime.VolumeMount and VolumeSize: both or neither, and a path that is not in use. */
import { posix } from 'node:path'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { type Fix, type ManifestView, remark, setFix } from './view.ts'

const MOUNT = ['Runtime', 'VolumeMount']
/** Paths that the platform itself uses in a container, and their purposes. */
const TAKEN: Readonly<Record<string, () => string>> = {
  '/app': () => t`the code of the app, and is emptied at each start`,
  '/resources': () => t`the app's Python environment`,
  '/resources-cache': () => t`the Python environments`,
  '/qz': () => t`the bundle`,
  '/runtime': () => t`the launcher`,
  '/run/q8s': () => t`the log and the state of the instance`
}
const SYSTEM = new Set('bin boot dev etc lib lib32 lib64 proc root run sbin sys tmp usr var'.split(' '))

export function volumeRules(view: ManifestView): Finding[] {
  const { VolumeMount: mount, VolumeSize: size } = view.runtime
  const findings = typeof mount === 'string' ? mountRules(view, mount) : []
  if ((mount === undefined) === (size === undefined)) return findings
  const present = mount === undefined ? 'VolumeSize' : 'VolumeMount'
  const missing = mount === undefined ? 'VolumeMount' : 'VolumeSize'
  const suggestion = mount === undefined ? '/data' : '1Gi'
  const message = t`${present} needs ${missing}: a volume has a place and a size.`
  const fix = setFix(view, t`Add ${missing} = "${suggestion}"`, ['Runtime', missing], suggestion)
  const path = ['Runtime', present]
  return [
    ...findings,
    remark(view, { rule: 'volume-incomplete', severity: 'error', path, at: 'key', message, fix })
  ]
}

function mountRules(view: ManifestView, mount: string): Finding[] {
  const report = (rule: string, severity: 'error' | 'warning', message: string, fix?: Fix): Finding[] => [
    remark(view, { rule, severity, path: MOUNT, message, fix })
  ]
  const use = (path: string): Fix | undefined => setFix(view, t`Use "${path}"`, MOUNT, path)
  if (!mount.startsWith('/')) {
    return report('volume-mount-absolute', 'error', notAbsolute(mount), use(absolute(mount)))
  }
  if (/\p{Cc}|[\\:]/u.test(mount)) {
    const message = t`VolumeMount holds a character that a path inside a container cannot have.`
    return report('volume-mount-characters', 'error', message)
  }
  const normal = normalised(mount)
  const taken =
    normal === '/' ? '/' : Object.keys(TAKEN).find(path => normal === path || normal.startsWith(`${path}/`))
  if (taken) {
    const what = TAKEN[taken]?.() ?? t`everything there is`
    const message = t`VolumeMount cannot be ${mount}: ${taken} holds ${what}.`
    return report('volume-mount-taken', 'error', message, use('/data'))
  }
  if (normal !== mount) {
    return report('volume-mount-normal', 'warning', t`VolumeMount is better written ${normal}.`, use(normal))
  }
  const [, top = '', second] = mount.split('/')
  if (!SYSTEM.has(top) || (second !== undefined && ['run', 'tmp', 'var', 'root'].includes(top))) return []
  const message = t`A volume at ${mount} hides system files of the container.`
  return report('volume-mount-system', 'warning', message, use('/data'))
}

function notAbsolute(mount: string): string {
  return /^[A-Za-z]:|\\/.test(mount)
    ? t`VolumeMount has to be an absolute path, as in "/data". It is a path inside a Linux container, not
      on this computer.`
    : t`VolumeMount has to be an absolute path, as in "/data".`
}

function absolute(mount: string): string {
  const path = mount.replace(/^[A-Za-z]:/, '').replaceAll('\\', '/')
  const normal = normalised(`/${path.trim()}`)
  return normal === '/' || Object.keys(TAKEN).some(taken => normal.startsWith(taken)) ? '/data' : normal
}

function normalised(path: string): string {
  return posix.normalize(path).replace(/(.)\/+$/, '$1')
}
