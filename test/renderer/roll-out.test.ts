/** A roll-out is derived from the platform: the next step, the finished steps, and what can be undone. */
import { describe, expect, test } from 'vitest'
import { rollOutOf, type Situation, undoBlock } from '../../src/renderer/features/rollout/steps.ts'
import { app, idOf, instance } from './made-up.ts'

const old = app('1.0.0', { id: idOf(11), visibility: 'ALL_USERS' })
const fresh = app('1.1.0', { id: idOf(12), createdAt: '2026-02-01T00:00:00.000Z' })
const seen = { ...fresh, visibility: 'ALL_USERS' as const }
const ofFresh = { app: { id: fresh.id, name: fresh.name, version: fresh.version, title: fresh.title } }
const project = { path: '/p', version: '1.1.0', errors: 0 }

function at(change: Partial<Situation>) {
  return rollOutOf({
    versions: [old],
    instances: [],
    user: 'ada',
    project: undefined,
    version: undefined,
    ...change
  })
}

describe('steps', () => {
  test.each([
    ['not imported', { project }, ['now', 'later', 'later', 'later']],
    ['imported', { versions: [fresh, old] }, ['done', 'now', 'later', 'later']],
    [
      'starting',
      { versions: [fresh, old], instances: [instance({ ...ofFresh, state: 'starting' })] },
      ['done', 'now', 'later', 'later']
    ],
    [
      'failed',
      { versions: [fresh, old], instances: [instance({ ...ofFresh, state: 'failed' })] },
      ['done', 'failed', 'later', 'later']
    ],
    ['ready', { versions: [fresh, old], instances: [instance(ofFresh)] }, ['done', 'done', 'now', 'later']],
    ['published', { versions: [seen, old] }, ['done', 'done', 'done', 'now']],
    [
      'all done',
      { versions: [seen, { ...old, visibility: 'PRIVATE' as const }] },
      ['done', 'done', 'done', 'done']
    ]
  ])('%s', (_name, change, states) => expect(at(change)?.states).toEqual(states))

  test('without own versions and without a project there is nothing to roll out', () => {
    expect(at({ versions: [{ ...old, owner: 'grace' }] })).toBeUndefined()
  })

  test('deploys are not candidates, and the default is the highest version', () => {
    const deploy = app('9.0.0-20260101000000', { id: idOf(13) })
    expect(at({ versions: [old, deploy, fresh] })).toMatchObject({
      candidates: ['1.1.0', '1.0.0'],
      version: '1.1.0'
    })
    expect(at({ versions: [old, fresh], version: '1.0.0' })?.version).toBe('1.0.0')
  })

  test('versions hidden since the import can be shown again; those that were private before are not changed', () => {
    const since = { ...old, visibility: 'PRIVATE' as const, updatedAt: '2026-02-02T00:00:00.000Z' }
    const before = app('0.9.0', { id: idOf(14) })
    expect(at({ versions: [seen, since, before] })?.delisted).toEqual([since])
  })
})

describe('undo', () => {
  const blocked = (change: Partial<Situation>, step: 'import' | 'publish') => {
    const rollOut = at(change)
    return rollOut && undoBlock(rollOut, step)
  }

  test('an import only while nothing runs and no other user sees it', () => {
    expect(blocked({ versions: [fresh] }, 'import')).toBeUndefined()
    expect(blocked({ versions: [seen] }, 'import')).toMatch(/private/)
    expect(blocked({ versions: [fresh], instances: [instance(ofFresh)] }, 'import')).toMatch(/instance/)
  })

  test('publishing only while users still see another version', () => {
    expect(blocked({ versions: [seen, old] }, 'publish')).toBeUndefined()
    const since = { ...old, visibility: 'PRIVATE' as const, updatedAt: '2026-02-02T00:00:00.000Z' }
    expect(blocked({ versions: [seen, since] }, 'publish')).toMatch(/older version/)
  })
})
