/** Columns of the list of what can be cleaned up. */
import { type Column, TwoLines } from '../../ui/data-grid.tsx'
import { Age, Bytes, Name } from '../../ui/text.tsx'
import type { CleanUpRow } from './rows.ts'

const KINDS = { app: 'Deploy version', instance: 'Instance', 'local-run': 'Local run' } as const

export function kindText({ kind, failed, newest }: CleanUpRow): string {
  if (newest) return `${KINDS[kind]}, the newest`
  if (kind === 'app') return KINDS[kind]
  return `${KINDS[kind]}, ${failed ? 'failed' : 'stopped'}`
}

export const cleanUpColumns: readonly Column<CleanUpRow>[] = [
  {
    key: 'title',
    title: 'App',
    width: 'minmax(160px, 2fr)',
    cell: ({ title, version }) => <TwoLines first={<Name>{title}</Name>} second={<Name>{version}</Name>} />,
    compare: (a, b) => a.title.localeCompare(b.title)
  },
  {
    key: 'kind',
    title: 'What',
    width: 'minmax(120px, 1.2fr)',
    cell: row => <Name>{kindText(row)}</Name>,
    compare: (a, b) => kindText(a).localeCompare(kindText(b))
  },
  {
    key: 'volume',
    title: 'Data on volume',
    width: '110px',
    align: 'end',
    from: 560,
    cell: ({ volume }) => (volume > 0 ? <Bytes value={volume} /> : ''),
    compare: (a, b) => a.volume - b.volume
  },
  {
    key: 'frees',
    title: 'Frees',
    width: '80px',
    align: 'end',
    cell: ({ frees }) => <Bytes value={frees} />,
    compare: (a, b) => a.frees - b.frees
  },
  {
    key: 'since',
    title: 'Age',
    width: '52px',
    align: 'end',
    cell: ({ since }) => <Age since={since} />,
    compare: (a, b) => (a.since < b.since ? 1 : -1)
  }
]
