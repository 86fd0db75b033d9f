/** Parts of the list of instances, by owner and state. */
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { stateLabel } from '../../labels/instance.ts'
import { rowFilter } from '../../labels/row-filter.ts'
import type { Chip } from '../../ui/chips.tsx'

const FACETS = ['all', 'mine', 'running', 'failed', 'stopped'] as const
export type Facet = (typeof FACETS)[number]

const TITLES: Readonly<Record<Facet, string>> = {
  all: t`All`,
  mine: t`Mine`,
  running: t`Running`,
  failed: t`Failed`,
  stopped: t`Stopped`
}

export function facetOf(text: string | undefined): Facet {
  return FACETS.find(facet => facet === text) ?? 'all'
}

export function inFacet(instance: Instance, facet: Facet, user: string | undefined): boolean {
  switch (facet) {
    case 'all':
      return true
    case 'mine':
      return instance.owner === user
    case 'running':
      return isRunning(instance)
    default:
      return instance.state === facet
  }
}

/** Chips useful for this list: `Mine` only if others own some instances too. The active chip is always included. */
export function facetChips(
  instances: readonly Instance[],
  user: string | undefined,
  active: Facet
): readonly Chip[] {
  const all = instances.length
  return FACETS.map(key => ({
    key,
    title: TITLES[key],
    count: instances.filter(instance => inFacet(instance, key, user)).length
  })).filter(
    ({ key, count }) => key === 'all' || key === active || (count > 0 && (key !== 'mine' || count < all))
  )
}

/** The instances whose row contains every word of the filter. */
export const matchingInstances = rowFilter((instance: Instance) => {
  const { app, owner, id, visibility, url } = instance
  return [app.title, app.name, app.version, owner, id, visibility, url, stateLabel(instance).text]
})
