/** Secrets of the platform: names and keys, never values. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { t } from '#shared/language.ts'
import type { Secret } from '#shared/secret.ts'
import { useConnection, useHost } from '../../host/client.ts'
import { usePlatform } from '../../host/queries.ts'
import { plural } from '../../labels/humanise.ts'
import { matchesFilter } from '../../labels/row-filter.ts'
import { DataGrid } from '../../ui/data-grid.tsx'
import type { Column } from '../../ui/data-grid-types.ts'
import { Empty } from '../../ui/empty.tsx'
import { Age, Name } from '../../ui/text.tsx'
import { ListPage } from '../../window/list-page.tsx'
import { Filter } from '../../window/page.tsx'
import { useView, view } from '../../window/view.ts'
import { NEW_SECRET, SecretPanel } from './secret-panel.tsx'

const COLUMNS: readonly Column<Secret>[] = [
  {
    key: 'name',
    title: t`Secret`,
    width: 'minmax(120px, 1fr)',
    cell: ({ name }) => <Name>{name}</Name>,
    compare: (a, b) => a.name.localeCompare(b.name)
  },
  {
    key: 'keys',
    title: t`Keys`,
    width: 'minmax(120px, 1fr)',
    cell: ({ keys }) => <Name>{keys.join(', ')}</Name>
  },
  {
    key: 'updated',
    title: t`Updated`,
    width: '64px',
    align: 'end',
    cell: ({ updatedAt }) => <Age since={updatedAt} />,
    compare: (a, b) => b.updatedAt.localeCompare(a.updatedAt)
  }
]

const AGAIN_MS = 3_000

export function SecretsPage() {
  const { orpc } = useHost()
  // There is no event stream for secrets, so poll for changes by commands and other windows.
  const secrets = useQuery(orpc.platform.secrets.list.queryOptions({ refetchInterval: AGAIN_MS }))
  const stale = useConnection().status !== 'up'
  const platform = usePlatform()
  const editable = platform?.capabilities.includes('secrets') ?? false
  const filter = useView(state => state.filters.secrets ?? '')
  const selectedName = useView(state => state.selection.secrets)
  const rows = useMemo(
    () => (secrets.data ?? []).filter(secret => matchesFilter(filter, secret.name, ...secret.keys)),
    [secrets.data, filter]
  )
  const adding = selectedName === NEW_SECRET
  const selected = secrets.data?.find(secret => secret.name === selectedName)
  const add = () => view.select('secrets', NEW_SECRET)
  return (
    <ListPage
      title={t`Secrets`}
      all={secrets.data}
      failure={{
        error: secrets.error,
        title: t`The secrets cannot be listed`,
        onRetry: () => void secrets.refetch()
      }}
      empty={
        <Empty
          title={t`No secrets yet`}
          actions={editable ? <Button onClick={add}>{t`New secret`}</Button> : undefined}
        >
          {editable
            ? t`A secret is a named set of keys and values. An app gets them as environment variables, by
              an [[Env]] entry in its manifest.`
            : t`Secrets of this platform are managed by its admins.`}
        </Empty>
      }
      summary={secrets.data?.length ? plural(secrets.data.length, 'secret') : undefined}
      tools={
        <>
          {editable ? <Button onClick={add}>{t`New secret`}</Button> : null}
          <Filter page="secrets" label={t`Filter secrets`} />
        </>
      }
      panel={
        adding || selected ? (
          <SecretPanel
            key={selectedName}
            secret={selected}
            secrets={secrets.data ?? []}
            editable={editable}
            onClose={() => view.select('secrets', undefined)}
          />
        ) : undefined
      }
    >
      <DataGrid
        label={t`Secrets`}
        rows={rows}
        columns={COLUMNS}
        idOf={secret => secret.name}
        selected={selectedName}
        onSelect={name => view.select('secrets', name)}
        stale={stale}
        none={t`No secret matches “${filter}”.`}
      />
    </ListPage>
  )
}
