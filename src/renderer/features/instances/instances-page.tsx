/** Instances of the platform, and the local runs of projects: one list, two pages. */
import { Button } from '@mantine/core'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import { t } from '#shared/language.ts'
import { Begin } from '../../actions/begin.tsx'
import { useProjectActions } from '../../actions/project.ts'
import { useRemoving } from '../../actions/removal.ts'
import { useConnection } from '../../host/client.ts'
import { useMetricsFeed } from '../../host/metrics.ts'
import { useInstances, useInstancesError, usePlatform } from '../../host/queries.ts'
import { plural } from '../../labels/humanise.ts'
import type { Ids } from '../../ui/checks.ts'
import { Chips } from '../../ui/chips.tsx'
import { DataGrid } from '../../ui/data-grid.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ListPage } from '../../window/list-page.tsx'
import { Filter } from '../../window/page.tsx'
import { useView, view } from '../../window/view.ts'
import { BulkBar } from './bulk-bar.tsx'
import { instanceColumns } from './columns.tsx'
import { facetChips, facetOf, inFacet, matchingInstances } from './facets.ts'
import { GonePanel } from './gone-panel.tsx'
import { InstancePanel } from './instance-panel.tsx'

export function InstancesPage() {
  return (
    <InstanceList
      page="instances"
      title={t`Instances`}
      ephemeral={false}
      empty={
        <Empty
          title={t`Nothing runs here yet`}
          actions={<Button onClick={() => view.go('catalog')}>{t`Open the catalog`}</Button>}
        >
          {t`Run an app of the catalog, or deploy a project.`}
        </Empty>
      }
    />
  )
}

export function LocalPage() {
  const path = useView(state => state.projectPath)
  const actions = useProjectActions()
  return (
    <InstanceList
      page="local"
      title={t`Local`}
      ephemeral
      empty={
        <Empty
          title={t`No local runs`}
          actions={
            path ? <Button onClick={() => void actions.run(path)}>{t`Run this project`}</Button> : <Begin />
          }
        >
          {t`A project that you run on this computer shows here, with its log and its memory.`}
        </Empty>
      }
    />
  )
}

interface InstanceListProps {
  readonly page: 'instances' | 'local'
  readonly title: string
  readonly ephemeral: boolean
  readonly empty: React.ReactNode
}

function InstanceList({ page, title, ephemeral, empty }: InstanceListProps) {
  const all = useInstances()
  const user = usePlatform()?.user
  const stale = useConnection().status !== 'up'
  const error = useInstancesError()
  // The list may update shortly after typing, which must never wait for it.
  const filter = useDeferredValue(useView(state => state.filters[page] ?? ''))
  const facet = facetOf(useView(state => state.facets[page]))
  const selectedId = useView(state => state.selection[page])
  const instances = useMemo(() => all?.filter(instance => instance.ephemeral === ephemeral), [all, ephemeral])
  const rows = useMemo(
    () => matchingInstances(instances ?? [], filter).filter(instance => inFacet(instance, facet, user)),
    [instances, facet, user, filter]
  )
  const removing = useRemoving()
  const columns = useMemo(() => instanceColumns(ephemeral, removing), [ephemeral, removing])
  useMetricsFeed(useMemo(() => rows.filter(isRunning).map(idOf), [rows]))
  const chosen = useChosen(instances)
  const selected = instances?.find(instance => instance.id === selectedId)
  const gone = useGone(selected, selectedId, removing)
  const close = () => view.select(page, undefined)
  return (
    <ListPage
      title={title}
      all={instances}
      failure={{ error: error ?? null, title: t`The instances cannot be read` }}
      empty={empty}
      summary={instances ? summaryText(instances, ephemeral) : undefined}
      tools={
        <>
          <Button onClick={() => view.go('cleanup')}>{t`Clean up…`}</Button>
          <Filter page={page} label={ephemeral ? t`Filter local` : t`Filter instances`} />
        </>
      }
      bar={
        !instances || instances.length === 0 ? undefined : chosen.instances.length > 0 ? (
          <BulkBar
            chosen={chosen.instances}
            user={user}
            shown={rows.length}
            onAll={() => chosen.set(new Set(rows.map(idOf)))}
            onClear={() => chosen.set(new Set())}
          />
        ) : (
          <Chips
            label={t`Show`}
            chips={facetChips(instances, user, facet)}
            active={facet}
            onChange={key => view.facet(page, key)}
          />
        )
      }
      panel={
        selected ? (
          <InstancePanel
            key={selected.id}
            instance={selected}
            mine={user === undefined || selected.owner === user}
            onClose={close}
          />
        ) : gone ? (
          <GonePanel instance={gone} onClose={close} />
        ) : undefined
      }
    >
      <DataGrid
        label={title}
        rows={rows}
        columns={columns}
        idOf={idOf}
        selected={selectedId}
        onSelect={id => view.select(page, id)}
        onOpen={instance => view.openLog(instance.id, instance.app.title)}
        choice={{ ids: chosen.ids, onChange: chosen.set, nameOf }}
        rowHeight={48}
        stale={stale}
        none={
          filter === ''
            ? t`No instances match this filter.`
            : t`None of ${plural(instances?.length ?? 0, 'instance')} matches “${filter}”.`
        }
      />
    </ListPage>
  )
}

const idOf = (instance: Instance) => instance.id
const nameOf = ({ app, id }: Instance) => `${app.title} ${app.version} ${id.slice(0, 8)}`

/** The chosen instances that still exist. */
function useChosen(instances: readonly Instance[] | undefined) {
  const [ids, set] = useState<Ids>(new Set())
  const there = useMemo(() => (instances ?? []).filter(({ id }) => ids.has(id)), [instances, ids])
  return { ids, set, instances: there }
}

/** The selected instance, if it disappeared while selected and this user did not remove it. */
function useGone(
  selected: Instance | undefined,
  selectedId: string | undefined,
  removing: ReadonlySet<string>
): Instance | undefined {
  const seen = useRef<{ readonly instance: Instance; readonly expected: boolean }>(undefined)
  useEffect(() => {
    if (selected) seen.current = { instance: selected, expected: removing.has(selected.id) }
  }, [selected, removing])
  const last = seen.current
  return !selected && last && last.instance.id === selectedId && !last.expected ? last.instance : undefined
}

function summaryText(instances: readonly Instance[], ephemeral: boolean): string {
  const failed = instances.filter(instance => instance.state === 'failed').length
  const ready = instances.filter(instance => instance.state === 'ready').length
  const parts = [
    ephemeral ? plural(instances.length, 'run') : plural(instances.length, 'instance'),
    ...(ready > 0 ? [t`${ready} ready`] : []),
    ...(failed > 0 ? [`${failed} ${t`failed`}`] : [])
  ]
  return instances.length === 0 ? '' : parts.join(', ')
}
