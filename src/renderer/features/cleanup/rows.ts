/** Rows of the list of what can be cleaned up, and which of them are proposed. */
import { type CleanUpChoice, type CleanUpPlan, freedBytes } from '#shared/upkeep.ts'
import type { Ids } from '../../ui/checks.ts'

export interface CleanUpRow {
  readonly id: string
  readonly kind: 'app' | 'instance' | 'local-run'
  readonly title: string
  readonly version: string
  /** Since when nobody needs it. */
  readonly since: string
  /** Bytes that go when this one goes alone. */
  readonly frees: number
  /** Bytes of data on its volume, which are among them. */
  readonly volume: number
  readonly failed: boolean
  readonly newest: boolean
}

export function rowsOf(plan: CleanUpPlan): readonly CleanUpRow[] {
  const apps = plan.apps.map(
    (app): CleanUpRow => ({
      ...{ id: app.id, kind: 'app', title: app.title, version: app.version, since: app.createdAt },
      frees: freedBytes(plan, { apps: [app.id], instances: [] }),
      volume: plan.instances.reduce((sum, it) => sum + (it.appId === app.id ? (it.volume ?? 0) : 0), 0),
      ...{ failed: false, newest: app.newest }
    })
  )
  const instances = plan.instances.map(
    (it): CleanUpRow => ({
      ...{ id: it.id, kind: it.ephemeral ? 'local-run' : 'instance', title: it.title, version: it.version },
      since: it.endedAt,
      frees: (it.log ?? 0) + (it.volume ?? 0),
      volume: it.volume ?? 0,
      ...{ failed: it.state === 'failed', newest: false }
    })
  )
  return [...apps, ...instances]
}

export function choiceOf(rows: readonly CleanUpRow[], chosen: Ids): CleanUpChoice {
  const wanted = rows.filter(({ id }) => chosen.has(id))
  return {
    apps: wanted.filter(({ kind }) => kind === 'app').map(({ id }) => id),
    instances: wanted.filter(({ kind }) => kind !== 'app').map(({ id }) => id)
  }
}
