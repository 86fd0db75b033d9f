/** Every file of the project: in the bundle or out of it, and why. */
import { Group, SegmentedControl } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { FileEntry } from '#shared/bundle.ts'
import { plural } from '../../lib/humanise.ts'
import { useProjectFiles } from '../../lib/manifest.ts'
import { useView } from '../../lib/view.ts'
import { ErrorCard } from '../../ui/cards.tsx'
import { type Column, DataGrid } from '../../ui/data-grid.tsx'
import { Filter, matchesFilter } from '../../ui/page.tsx'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { State } from '../../ui/state.tsx'
import { Bytes, Name } from '../../ui/text.tsx'
import styles from './project.module.css'

const COLUMNS: readonly Column<FileEntry>[] = [
  {
    key: 'path',
    title: 'Path',
    width: 'minmax(180px, 3fr)',
    cell: file => <Name>{file.path}</Name>,
    compare: (a, b) => a.path.localeCompare(b.path)
  },
  {
    key: 'included',
    title: 'Bundle',
    width: '72px',
    cell: file => <State tone={file.included ? 'good' : 'off'} text={file.included ? 'In' : 'Out'} />,
    compare: (a, b) => Number(b.included) - Number(a.included)
  },
  {
    key: 'reason',
    title: 'Why',
    width: 'minmax(100px, 2fr)',
    from: 480,
    cell: file => <Name>{file.reason}</Name>
  },
  {
    key: 'size',
    title: 'Size',
    width: '80px',
    align: 'end',
    cell: file => (file.path.endsWith('/') ? '' : <Bytes value={file.size} />),
    compare: (a, b) => a.size - b.size
  }
]

export function FilesTab({ path }: { path: string }) {
  const files = useProjectFiles(path)
  const filter = useView(state => state.filters.project ?? '')
  const [shown, setShown] = useState<'all' | 'in' | 'out'>('all')
  const [selected, setSelected] = useState<string>()
  const entries = files.data?.entries
  const rows = useMemo(
    () =>
      (entries ?? []).filter(
        file =>
          (shown === 'all' || file.included === (shown === 'in')) &&
          matchesFilter(filter, file.path, file.reason)
      ),
    [entries, shown, filter]
  )
  return (
    <div className={styles.manifest}>
      <div className={styles.bar}>
        <SegmentedControl
          aria-label="Which files"
          size="xs"
          value={shown}
          onChange={value => setShown(value as typeof shown)}
          data={[
            { value: 'all', label: 'All' },
            { value: 'in', label: 'In the bundle' },
            { value: 'out', label: 'Left out' }
          ]}
        />
        <span className={styles.unsaved}>
          {files.data ? (
            <>
              {plural(files.data.count, 'file')}, <Bytes value={files.data.size} />
            </>
          ) : null}
        </span>
        <Filter page="project" label="Filter files" />
      </div>
      {files.error ? (
        <Group px={20}>
          <ErrorCard
            error={files.error}
            title="The files cannot be listed"
            onRetry={() => void files.refetch()}
          />
        </Group>
      ) : files.data === undefined ? (
        <RowsSkeleton rows={10} />
      ) : (
        <DataGrid
          label="Files of the project"
          rows={rows}
          columns={COLUMNS}
          idOf={file => file.path}
          selected={selected}
          onSelect={setSelected}
          none="No file matches."
        />
      )}
    </div>
  )
}
