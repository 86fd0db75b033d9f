/** Apps of the platform, one row a Name, with its versions beside it. */
import { Button, SegmentedControl } from '@mantine/core'
import { useDeferredValue, useMemo } from 'react'
import { useConnection } from '../../lib/client.ts'
import { plural } from '../../lib/humanise.ts'
import { useApps, usePlatform } from '../../lib/queries.ts'
import { type AppGroup, groupByName } from '../../lib/versions.ts'
import { useView, view } from '../../lib/view.ts'
import { Empty, ErrorCard } from '../../ui/cards.tsx'
import { type Column, DataGrid, TwoLines } from '../../ui/data-grid.tsx'
import { Filter, matchesFilter, Page, Scroll } from '../../ui/page.tsx'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { Age, Name } from '../../ui/text.tsx'
import { visibilityText } from '../../ui/visibility.tsx'
import { AppCards } from './app-cards.tsx'
import { AppPanel } from './app-panel.tsx'
import styles from './catalog.module.css'
import { CatalogIcon } from './catalog-icon.tsx'

const COLUMNS: readonly Column<AppGroup>[] = [
  {
    key: 'title',
    title: 'App',
    width: 'minmax(150px, 2fr)',
    cell: ({ latest, name }) => (
      <div className={styles.named}>
        <CatalogIcon app={latest} size={28} />
        <TwoLines first={<Name>{latest.title}</Name>} second={<Name>{name}</Name>} />
      </div>
    ),
    compare: (a, b) => a.latest.title.localeCompare(b.latest.title)
  },
  {
    key: 'latest',
    title: 'Latest',
    width: 'minmax(70px, 0.8fr)',
    cell: ({ latest }) => <Name>{latest.version}</Name>
  },
  {
    key: 'versions',
    title: 'Versions',
    width: '64px',
    align: 'end',
    from: 520,
    cell: ({ versions }) => versions.length,
    compare: (a, b) => a.versions.length - b.versions.length
  },
  {
    key: 'category',
    title: 'Category',
    width: 'minmax(80px, 0.8fr)',
    from: 700,
    cell: ({ latest }) => <Name>{latest.category}</Name>,
    compare: (a, b) => a.latest.category.localeCompare(b.latest.category)
  },
  {
    key: 'owner',
    title: 'Owner',
    width: 'minmax(80px, 0.8fr)',
    from: 800,
    cell: ({ latest }) => <Name>{latest.owner}</Name>,
    compare: (a, b) => a.latest.owner.localeCompare(b.latest.owner)
  },
  {
    key: 'visibility',
    title: 'Visibility',
    width: '72px',
    from: 440,
    cell: ({ latest }) => visibilityText(latest.visibility)
  },
  {
    key: 'updated',
    title: 'Updated',
    width: '60px',
    align: 'end',
    cell: ({ latest }) => <Age since={latest.updatedAt} />,
    compare: (a, b) => b.latest.updatedAt.localeCompare(a.latest.updatedAt)
  }
]

export function CatalogPage() {
  const apps = useApps()
  const user = usePlatform()?.user
  // The list may come a moment after the words: typing must never wait for it.
  const filter = useDeferredValue(useView(state => state.filters.catalog ?? ''))
  const selectedName = useView(state => state.selection.catalog)
  const cards = useView(state => state.facets.catalog) === 'cards'
  const groups = useMemo(() => groupByName((apps.data ?? []).filter(app => !app.ephemeral)), [apps.data])
  const rows = useMemo(() => groups.filter(group => matches(group, filter)), [groups, filter])
  const selected = groups.find(group => group.name === selectedName)
  return (
    <Page
      title="Catalog"
      summary={apps.data ? plural(groups.length, 'app') : undefined}
      tools={
        <>
          {groups.length > 0 ? (
            <>
              <SegmentedControl
                aria-label="Show as"
                data={[
                  { value: 'table', label: 'Table' },
                  { value: 'cards', label: 'Cards' }
                ]}
                value={cards ? 'cards' : 'table'}
                onChange={value => view.facet('catalog', value)}
              />
              <Button onClick={() => view.go('cleanup')}>Clean up…</Button>
            </>
          ) : null}
          <Filter page="catalog" label="Filter apps" />
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
      {apps.error && !apps.data ? (
        <Scroll>
          <ErrorCard
            error={apps.error}
            title="The catalog cannot be read"
            onRetry={() => void apps.refetch()}
          />
        </Scroll>
      ) : apps.data === undefined ? (
        <RowsSkeleton />
      ) : groups.length === 0 ? (
        <Empty
          title="No apps yet"
          actions={<Button onClick={() => view.go('project')}>Go to the project</Button>}
        >
          Publish the project in this window, or drop a .qz bundle anywhere to import it.
        </Empty>
      ) : (
        <Apps cards={cards} rows={rows} all={groups.length} filter={filter} />
      )}
    </Page>
  )
}

interface AppsProps {
  readonly cards: boolean
  readonly rows: readonly AppGroup[]
  /** How many there are, whatever the filter. */
  readonly all: number
  readonly filter: string
}

function Apps({ cards, rows, all, filter }: AppsProps) {
  const stale = useConnection().status !== 'up'
  const selected = useView(state => state.selection.catalog)
  const select = (name: string) => view.select('catalog', name)
  const none = `None of ${plural(all, 'app')} matches “${filter}”.`
  if (cards) return <AppCards groups={rows} selected={selected} onSelect={select} stale={stale} none={none} />
  return (
    <DataGrid
      label="Apps"
      rows={rows}
      columns={COLUMNS}
      idOf={group => group.name}
      selected={selected}
      onSelect={select}
      rowHeight={48}
      stale={stale}
      none={none}
    />
  )
}

function matches({ name, latest, versions }: AppGroup, filter: string): boolean {
  const { title, description, category, keywords, owner } = latest
  const numbers = versions.slice(0, 50).map(app => app.version)
  return matchesFilter(filter, name, title, description, category, owner, ...keywords, ...numbers)
}
