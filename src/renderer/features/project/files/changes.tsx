/** The changes of a project or bundle compared with a published version of its Name: files and their lines. */
import { Button, NativeSelect } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { App } from '#shared/app.ts'
import { t } from '#shared/language.ts'
import type { Comparison, FileChange } from '#shared/preview.ts'
import { useHost } from '../../../host/client.ts'
import { useApps } from '../../../host/queries.ts'
import { cliCommand } from '../../../labels/cli-command.ts'
import { plural } from '../../../labels/humanise.ts'
import { compareVersions, latestOf } from '../../../labels/versions.ts'
import { DataGrid } from '../../../ui/data-grid.tsx'
import type { Column } from '../../../ui/data-grid-types.ts'
import { Empty } from '../../../ui/empty.tsx'
import { RowsSkeleton } from '../../../ui/skeletons.tsx'
import { SlowNote } from '../../../ui/slow-note.tsx'
import { State } from '../../../ui/state.tsx'
import { Bytes, Name } from '../../../ui/text.tsx'
import { CliCommand, CopyCliCommand } from '../../../window/copy.tsx'
import { ErrorCard } from '../../../window/error-card.tsx'
import { FileDifference } from './difference.tsx'
import styles from './files.module.css'

interface ChangesProps {
  /** The project's folder, or the bundle. */
  readonly path: string
  /** The Name in its manifest; undefined while it is not known. */
  readonly name: string | undefined
}

export function Changes({ path, name }: ChangesProps) {
  const apps = useApps()
  const versions = useMemo(
    () =>
      (apps.data ?? [])
        .filter(app => app.name === name)
        .toSorted((a, b) => compareVersions(b.version, a.version)),
    [apps.data, name]
  )
  const [chosen, setChosen] = useState<string>()
  const app = versions.find(other => other.id === chosen) ?? latestOf(versions)
  if (apps.error) {
    return (
      <div className={styles.error}>
        <ErrorCard
          error={apps.error}
          title={t`The published versions cannot be listed`}
          onRetry={() => void apps.refetch()}
        />
      </div>
    )
  }
  if (apps.data === undefined) return <RowsSkeleton rows={6} />
  if (!app) {
    return (
      <Empty title={t`Nothing to compare with`}>
        {name === undefined
          ? t`The manifest has no Name: see its problems.`
          : t`No version of ${name} is published yet.`}
      </Empty>
    )
  }
  return <Against key={app.id} path={path} app={app} versions={versions} onChoose={setChosen} />
}

interface AgainstProps {
  readonly path: string
  readonly app: App
  readonly versions: readonly App[]
  readonly onChoose: (id: string) => void
}

function Against({ path, app, versions, onChoose }: AgainstProps) {
  const { orpc } = useHost()
  const comparison = useQuery(
    orpc.preview.compare.queryOptions({ input: { path, appId: app.id }, staleTime: 5_000 })
  )
  const queries = useQueryClient()
  const cancel = () => void queries.cancelQueries({ queryKey: orpc.preview.compare.key() })
  const [selected, setSelected] = useState<string>()
  const { data, isFetching } = comparison
  const shown = data?.changes.find(change => change.path === (selected ?? 'q-app.toml'))
  return (
    <>
      <div className={styles.against}>
        <NativeSelect
          aria-label={t`Compare with`}
          size="xs"
          value={app.id}
          onChange={event => onChoose(event.currentTarget.value)}
          data={versions.map(({ id, version }) => ({ value: id, label: t`Against ${version}` }))}
        />
        <span
          className={styles.sum}
          title={t`A file has changed where its size, its CRC-32 or its permission bits differ.`}
        >
          {data ? summary(data) : isFetching ? t`Comparing…` : ''}
        </span>
        {isFetching ? (
          <Button variant="subtle" onClick={cancel}>
            {t`Cancel`}
          </Button>
        ) : (
          <Button variant="subtle" onClick={() => void comparison.refetch()}>
            {data ? t`Compare again` : t`Compare`}
          </Button>
        )}
        <CopyCliCommand commands={[[t`Compare`, cliCommand.diff(path, app.id)]]} />
      </div>
      {isFetching ? (
        <SlowNote>
          {t`Files with the same size as the published ones are read in full, to compare their content.`}
        </SlowNote>
      ) : null}
      {comparison.error ? (
        <div className={styles.error}>
          <ErrorCard
            error={comparison.error}
            title={t`It cannot be compared`}
            onRetry={() => void comparison.refetch()}
          />
        </div>
      ) : data === undefined ? (
        isFetching ? (
          <RowsSkeleton rows={8} />
        ) : (
          <Empty title={t`Not compared`}>{t`What it would change is not known.`}</Empty>
        )
      ) : data.changes.length === 0 ? (
        <Empty
          title={t`The same as ${app.version}`}
          actions={<CliCommand command={cliCommand.diff(path, app.id)} />}
        >
          {t`Every file that goes in is as it was published.`}
        </Empty>
      ) : (
        <div className={styles.split}>
          <div className={styles.fill}>
            <DataGrid
              label={t`Files that differ from ${app.version}`}
              rows={data.changes}
              columns={COLUMNS}
              idOf={change => change.path}
              selected={shown?.path}
              onSelect={setSelected}
              rowHeight={28}
            />
          </div>
          <div className={styles.difference}>
            {shown ? (
              <FileDifference key={shown.path} path={path} app={app} change={shown} />
            ) : (
              <p className={styles.note}>{t`Choose a file to see its lines side by side.`}</p>
            )}
          </div>
        </div>
      )}
    </>
  )
}

const LABELS = { added: t`Added`, removed: t`Removed`, changed: t`Changed`, mode: t`Mode` } as const
const TONES = { added: 'good', removed: 'bad', changed: 'busy', mode: 'off' } as const

const COLUMNS: readonly Column<FileChange>[] = [
  {
    key: 'change',
    title: t`Change`,
    width: '100px',
    cell: ({ change }) => <State tone={TONES[change]} text={LABELS[change]} />,
    compare: (a, b) => a.change.localeCompare(b.change)
  },
  {
    key: 'path',
    title: t`Path`,
    width: 'minmax(160px, 1fr)',
    cell: ({ path }) => <Name>{path}</Name>,
    compare: (a, b) => (a.path < b.path ? -1 : 1)
  },
  {
    key: 'before',
    title: t`Before`,
    width: '80px',
    align: 'end',
    from: 520,
    cell: ({ before, change }) => (before ? <Fact change={change} {...before} /> : '')
  },
  {
    key: 'after',
    title: t`Now`,
    width: '80px',
    align: 'end',
    cell: ({ after, change }) => (after ? <Fact change={change} {...after} /> : ''),
    compare: (a, b) => (a.after?.size ?? 0) - (b.after?.size ?? 0)
  }
]

function Fact({ change, size, mode }: { change: FileChange['change']; size: number; mode: number }) {
  return change === 'mode' ? <span className="mono">{mode.toString(8)}</span> : <Bytes value={size} />
}

function summary({ changes, unchanged }: Comparison): string {
  const count = (kind: FileChange['change']) => changes.filter(({ change }) => change === kind).length
  const added = count('added')
  const removed = count('removed')
  const changed = count('changed') + count('mode')
  const parts = [
    ...(added > 0 ? [t`${added} added`] : []),
    ...(removed > 0 ? [t`${removed} removed`] : []),
    ...(changed > 0 ? [t`${changed} changed`] : [])
  ]
  const text = parts.length === 0 ? t`Nothing differs` : parts.join(', ')
  return `${text}; ${plural(unchanged, 'entry the same', 'entries the same')}`
}
