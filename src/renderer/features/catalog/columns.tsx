/** Columns of the catalog. */
import { t } from '#shared/language.ts'
import type { AppGroup } from '../../labels/versions.ts'
import type { Ids } from '../../ui/checks.ts'
import { TwoLines } from '../../ui/data-grid.tsx'
import type { Column } from '../../ui/data-grid-types.ts'
import { State } from '../../ui/state.tsx'
import { Age, Name } from '../../ui/text.tsx'
import { visibilityText } from '../../ui/visibility.tsx'
import styles from './catalog.module.css'
import { CatalogIcon } from './catalog-icon.tsx'

/** An app being removed shows this instead of its visibility. */
export function catalogColumns(removing: Ids): readonly Column<AppGroup>[] {
  if (removing.size === 0) return COLUMNS
  const isGoing = ({ versions }: AppGroup) => versions.every(({ id }) => removing.has(id))
  return COLUMNS.map(column =>
    column.key === 'visibility'
      ? { ...column, cell: group => (isGoing(group) ? REMOVING : column.cell(group)) }
      : column
  )
}

const REMOVING = <State tone="busy" text={t`Being removed`} />

const COLUMNS: readonly Column<AppGroup>[] = [
  {
    key: 'title',
    title: t`App`,
    width: 'minmax(150px, 4fr)',
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
    title: t`Latest`,
    width: 'minmax(70px, 160px)',
    cell: ({ latest }) => <Name>{latest.version}</Name>
  },
  {
    key: 'versions',
    title: t`Versions`,
    width: '56px',
    align: 'end',
    from: 600,
    cell: ({ versions }) => versions.length,
    compare: (a, b) => a.versions.length - b.versions.length
  },
  {
    key: 'category',
    title: t`Category`,
    width: 'minmax(100px, 0.8fr)',
    from: 780,
    cell: ({ latest }) => <Name>{latest.category}</Name>,
    compare: (a, b) => a.latest.category.localeCompare(b.latest.category)
  },
  {
    key: 'owner',
    title: t`Owner`,
    width: 'minmax(80px, 0.8fr)',
    from: 830,
    cell: ({ latest }) => <Name>{latest.owner}</Name>,
    compare: (a, b) => a.latest.owner.localeCompare(b.latest.owner)
  },
  {
    key: 'visibility',
    title: t`Visibility`,
    width: '110px',
    from: 520,
    cell: ({ latest }) => visibilityText(latest.visibility)
  },
  {
    key: 'updated',
    title: t`Updated`,
    width: '56px',
    align: 'end',
    cell: ({ latest }) => <Age since={latest.updatedAt} />,
    compare: (a, b) => b.latest.updatedAt.localeCompare(a.latest.updatedAt)
  }
]
