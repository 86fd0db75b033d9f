/** The dots of the status bar, from the host's checks. Both engines share a dot, since one working engine is enough. */
import { t } from '#shared/language.ts'
import type { Check, CheckId, Settings } from '#shared/system.ts'
import { CHECK_TONES } from '../labels/check.ts'
import type { Tone } from '../labels/instance.ts'

export interface Dot {
  /** Identifies the dot regardless of what its check finds, so that a changing dot keeps the keyboard focus. */
  readonly key: CheckId | 'engine'
  /** The check in the diagnosis with more details. */
  readonly check: CheckId
  readonly title: string
  readonly tone: Tone
  readonly summary: string
}

type Find = (id: CheckId) => Check | undefined

/** Dots shown only if their check finds a problem. */
const QUIET = [
  ['disk', t`Disk`],
  ['clock', t`Clock`],
  ['network', t`Network`]
] as const satisfies (readonly [CheckId, string])[]

export function statusDots(
  checks: readonly Check[] | undefined,
  engine: Settings['engine'] | undefined
): readonly Dot[] {
  const find: Find = id => checks?.find(check => check.id === id)
  return [
    { ...engineDot(find, engine ?? 'auto'), key: 'engine' },
    dotOf(t`Platform`, 'platform', find),
    dotOf(t`Keychain`, 'keychain', find),
    ...QUIET.filter(([id]) => (find(id)?.state ?? 'ok') !== 'ok').map(([id, title]) => dotOf(title, id, find))
  ]
}

function engineDot(find: Find, choice: Settings['engine']): Dot {
  const docker = find('docker')
  const python = find('process')
  if (!docker && !python) return dotOf(t`Engine`, 'process', find)
  const image = find('image')
  const dockerWorks = docker?.state === 'ok' && (image?.state ?? 'ok') === 'ok'
  if (choice !== 'process' && dockerWorks) return dotOf('Docker', 'docker', find)
  if (choice !== 'docker' && python?.state === 'ok') return dotOf(t`Process`, 'process', find)
  const broken = choice === 'process' ? 'process' : docker?.state === 'ok' ? 'image' : 'docker'
  return { ...dotOf(t`No engine`, broken, find), tone: 'bad' }
}

function dotOf(title: string, id: CheckId, find: Find): Dot {
  const check = find(id)
  if (!check) return { key: id, check: id, title, tone: 'off', summary: t`Not checked yet.` }
  return { key: id, check: id, title, tone: CHECK_TONES[check.state], summary: check.message }
}
