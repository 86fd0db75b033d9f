/** The catalog: the platform's apps, one row per Name, with its versions beside it. */
import { Button, SegmentedControl } from '@mantine/core'
import { useDeferredValue, useMemo, useState } from 'react'
import { t } from '#shared/language.ts'
import { ToProject } from '../../actions/begin.tsx'
import { useRemoving } from '../../actions/removal.ts'
import { useConnection } from '../../host/client.ts'
import { useApps, usePlatform } from '../../host/queries.ts'
import { plural } from '../../labels/humanise.ts'
import { rowFilter } from '../../labels/row-filter.ts'
import { type AppGroup, groupByName } from '../../labels/versions.ts'
import type { Ids } from '../../ui/checks.ts'
import { DataGrid } from '../../ui/data-grid.tsx'
import { Empty } from '../../ui/empty.tsx'
import { ListPage } from '../../window/list-page.tsx'
import { Filter } from '../../window/page.tsx'
import { useView, view } from '../../window/view.ts'
import { AppCards } from './app-cards.tsx'
import { AppPanel } from './app-panel.tsx'
import { ChosenBar } from './chosen-bar.tsx'
import { catalogColumns } from './columns.tsx'

export function CatalogPage() {
  const apps = useApps()
  const user = usePlatform()?.user
  // The list may update shortly after typing, which must never wait for it.
  const filter = useDeferredValue(useView(state => state.filters.catalog ?? ''))
  const selectedName = useView(state => state.selection.catalog)
  const cards = useView(state => state.facets.catalog) === 'cards'
  const groups = useMemo(() => groupByName((apps.data ?? []).filter(app => !app.ephemeral)), [apps.data])
  const rows = useMemo(() => matching(groups, filter), [groups, filter])
  const selected = groups.find(group => group.name === selectedName)
  const [ids, choose] = useState<Ids>(new Set())
  // Cards have no checkboxes, so chosen apps would not be visible.
  const chosen = useMemo(
    () => (cards ? [] : groups.filter(({ name }) => ids.has(name))),
    [cards, groups, ids]
  )
  return (
    <ListPage
      title={t`Catalog`}
      all={apps.data && groups}
      failure={{
        error: apps.error ?? null,
        title: t`The catalog cannot be read`,
        onRetry: () => void apps.refetch()
      }}
      empty={
        <Empty title={t`No apps yet`} actions={<ToProject />}>
          {t`Publish a project, or drop a .qz bundle anywhere in the window to import it.`}
        </Empty>
      }
      summary={
        chosen.length > 0 ? (
          <ChosenBar chosen={chosen} user={user} onClear={() => choose(new Set())} />
        ) : groups.length > 0 ? (
          plural(groups.length, 'app')
        ) : undefined
      }
      tools={
        <>
          <SegmentedControl
            aria-label={t`Show as`}
            data={[
              { value: 'table', label: t`Table` },
              { value: 'cards', label: t`Cards` }
            ]}
            value={cards ? 'cards' : 'table'}
            onChange={value => view.facet('catalog', value)}
          />
          <Button onClick={() => view.go('cleanup')}>{t`Clean up…`}</Button>
          <Filter page="catalog" label={t`Filter apps`} />
        </>
      }
      panel={
        selected ? (
          <AppPanel
            key={selected.name}
            group={selected}
            user={user}
            onClose={() => view.select('catalog', undefined)}
          />
        ) : undefined
      }
    >
      <Apps cards={cards} rows={rows} all={groups.length} filter={filter} ids={ids} onChoose={choose} />
    </ListPage>
  )
}

interface AppsProps {
  readonly cards: boolean
  readonly rows: readonly AppGroup[]
  /** Number of apps without the filter. */
  readonly all: number
  readonly filter: string
  /** Names of the chosen apps. */
  readonly ids: Ids
  readonly onChoose: (ids: Ids) => void
}

const idOf = (group: AppGroup) => group.name
const nameOf = ({ latest }: AppGroup) => latest.title

function Apps({ cards, rows, all, filter, ids, onChoose }: AppsProps) {
  const removing = useRemoving()
  const columns = useMemo(() => catalogColumns(removing), [removing])
  const stale = useConnection().status !== 'up'
  const selected = useView(state => state.selection.catalog)
  const select = (name: string) => view.select('catalog', name)
  const none = t`None of ${plural(all, 'app')} matches “${filter}”.`
  if (cards) return <AppCards groups={rows} selected={selected} onSelect={select} stale={stale} none={none} />
  return (
    <DataGrid
      label={t`Apps`}
      rows={rows}
      columns={columns}
      idOf={idOf}
      selected={selected}
      onSelect={select}
      choice={{ ids, onChange: onChoose, nameOf }}
      rowHeight={48}
      stale={stale}
      none={none}
    />
  )
}

const matching = rowFilter(({ name, latest, versions }: AppGroup) => {
  const { title, description, category, keywords, owner } = latest
  const numbers = versions.slice(0, 50).map(app => app.version)
  return [name, title, description, category, owner, ...keywords, ...numbers]
})
