/** The dots of the status bar, from the host's checks: two engines are one dot, since one that works is enough. */
import type { Check, Settings } from '#shared/system.ts'
import type { Tone } from '../lib/instance-words.ts'

export interface Dot {
  readonly title: string
  readonly tone: Tone
  readonly summary: string
  readonly checks: readonly Check[]
}

const TONES = { ok: 'good', notice: 'busy', failed: 'bad' } as const satisfies Record<Check['state'], Tone>

export function statusDots(
  checks: readonly Check[] | undefined,
  engine: Settings['engine'] | undefined
): readonly Dot[] {
  const of = (id: Check['id']) => checks?.find(check => check.id === id)
  return [
    engineDot(of('docker'), of('process'), engine ?? 'auto'),
    simple('Platform', of('platform')),
    simple('Keychain', of('keychain'))
  ]
}

function engineDot(docker: Check | undefined, process: Check | undefined, engine: Settings['engine']): Dot {
  const checks = [docker, process].filter(check => check !== undefined)
  if (checks.length === 0) return unknown('Engine')
  const wanted = engine === 'docker' ? [docker] : engine === 'process' ? [process] : [docker, process]
  const works = wanted.find(check => check?.state === 'ok')
  const used = works ?? wanted.find(check => check?.state === 'notice') ?? wanted[0]
  const title = works === undefined ? 'No engine' : works.id === 'docker' ? 'Docker' : 'Process'
  return { title, tone: works ? 'good' : 'bad', summary: used?.message ?? 'It was not checked.', checks }
}

function simple(title: string, check: Check | undefined): Dot {
  if (!check) return unknown(title)
  return { title, tone: TONES[check.state], summary: check.message, checks: [check] }
}

function unknown(title: string): Dot {
  return { title, tone: 'off', summary: 'Not checked yet.', checks: [] }
}
