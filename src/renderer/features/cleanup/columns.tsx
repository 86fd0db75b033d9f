/** Columns of the clean-up list. */
import { t } from '#shared/language.ts'
import { TwoLines } from '../../ui/data-grid.tsx'
import type { Column } from '../../ui/data-grid-types.ts'
import { Age, Bytes, Name } from '../../ui/text.tsx'
import type { CleanUpRow } from './rows.ts'

export const cleanUpColumns: readonly Column<CleanUpRow>[] = [
  {
    key: 'title',
    title: t`Name`,
    width: 'minmax(160px, 3fr)',
    cell: ({ title, version }) => (
      <TwoLines first={<Name>{title}</Name>} second={version ? <Name>{version}</Name> : undefined} />
    ),
    compare: (a, b) => a.title.localeCompare(b.title)
  },
  {
    key: 'kind',
    title: t`What`,
    width: 'minmax(150px, 2.6fr)',
    cell: ({ what, meaning }) => (
      <TwoLines quiet first={<Name>{what}</Name>} second={<Name>{meaning}</Name>} />
    ),
    compare: (a, b) => a.what.localeCompare(b.what)
  },
  {
    key: 'volume',
    title: t`Data on volume`,
    width: '110px',
    align: 'end',
    from: 700,
    cell: ({ volume }) => (volume > 0 ? <Bytes value={volume} /> : ''),
    compare: (a, b) => a.volume - b.volume
  },
  {
    key: 'frees',
    title: t`Frees`,
    width: '80px',
    align: 'end',
    cell: ({ frees }) => <Bytes value={frees} />,
    compare: (a, b) => a.frees - b.frees
  },
  {
    key: 'since',
    title: t`Age`,
    width: '52px',
    align: 'end',
    cell: ({ since }) => <Age since={since} />,
    compare: (a, b) => (a.since < b.since ? 1 : -1)
  }
]
