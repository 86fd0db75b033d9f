/** Rows of the clean-up list, and which of them are proposed. */
import { t } from '#shared/language.ts'
import {
  type CleanUpChoice,
  freedBytes,
  type JoinedPlan,
  LEFTOVER_WORDS,
  type Leftover
} from '#shared/upkeep.ts'
import { STATE_NAMES } from '../../labels/instance.ts'
import type { Ids } from '../../ui/checks.ts'

export interface CleanUpRow {
  readonly id: string
  readonly kind: 'app' | 'instance' | 'local-run' | Leftover['kind']
  /** What the item is (`what`) and, if not obvious, what removing it means (`meaning`). */
  readonly what: string
  readonly meaning: string
  readonly title: string
  readonly version: string
  /** Since when the item is unused. */
  readonly since: string
  /** Bytes freed if only this item is removed. */
  readonly frees: number
  /** Bytes of data on its volume, included in `frees`. */
  readonly volume: number
}

export function rowsOf(plan: JoinedPlan): readonly CleanUpRow[] {
  const apps = plan.apps.map(
    (app): CleanUpRow => ({
      ...{ id: app.id, kind: 'app', title: app.title, version: app.version, since: app.createdAt },
      what: app.newest ? t`Deploy version, the newest` : t`Deploy version`,
      meaning: t`It can no longer be started.`,
      frees: freedBytes(plan, { apps: [app.id], instances: [], leftovers: [] }),
      volume: plan.instances.reduce((sum, it) => sum + (it.appId === app.id ? (it.volume ?? 0) : 0), 0)
    })
  )
  const instances = plan.instances.map(
    (item): CleanUpRow => ({
      ...{
        id: item.id,
        kind: item.ephemeral ? 'local-run' : 'instance',
        title: item.title,
        version: item.version
      },
      since: item.endedAt,
      frees: (item.log ?? 0) + (item.volume ?? 0),
      volume: item.volume ?? 0,
      what: `${item.ephemeral ? t`Local run` : t`Instance`}, ${STATE_NAMES[item.state]}`,
      meaning: (item.volume ?? 0) > 0 ? t`Its log and its data are lost.` : t`Its log is lost.`
    })
  )
  const leftovers = plan.leftovers.map((leftover): CleanUpRow => {
    const [what, meaning] = LEFTOVER_WORDS[leftover.kind]
    const { id, kind, title, size, usedAt } = leftover
    const volume = kind === 'volume' ? size : 0
    return { ...{ id, kind, title, version: '', what, meaning }, since: usedAt, frees: size, volume }
  })
  return [...apps, ...instances, ...leftovers]
}

export function choiceOf(rows: readonly CleanUpRow[], chosen: Ids): CleanUpChoice {
  const wanted = rows.filter(({ id }) => chosen.has(id))
  return {
    apps: wanted.filter(({ kind }) => kind === 'app').map(({ id }) => id),
    instances: wanted.filter(({ kind }) => isInstance(kind)).map(({ id }) => id),
    leftovers: wanted.filter(({ kind }) => kind !== 'app' && !isInstance(kind)).map(({ id }) => id)
  }
}

export function isInstance(kind: CleanUpRow['kind']): boolean {
  return kind === 'instance' || kind === 'local-run'
}
