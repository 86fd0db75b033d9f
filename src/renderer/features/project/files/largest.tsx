/** The files of a bundle, largest first, each with its share of the total size. */
import { useMemo, useState } from 'react'
import { t } from '#shared/language.ts'
import { matchesFilter } from '../../../labels/row-filter.ts'
import { DataGrid } from '../../../ui/data-grid.tsx'
import type { Column } from '../../../ui/data-grid-types.ts'
import { Bytes, Name } from '../../../ui/text.tsx'
import type { TreeFile } from '../../../ui/tree-nodes.ts'

interface LargestProps {
  readonly files: readonly TreeFile[]
  /** Total bytes of all files. */
  readonly total: number
  readonly filter: string
  readonly onOpen: (path: string) => void
}

export function Largest({ files, total, filter, onOpen }: LargestProps) {
  const [selected, setSelected] = useState<string>()
  const rows = useMemo(() => files.filter(file => matchesFilter(filter, file.path)), [files, filter])
  const columns: readonly Column<TreeFile>[] = [
    { key: 'path', title: t`Path`, width: 'minmax(180px, 1fr)', cell: file => <Name>{file.path}</Name> },
    {
      key: 'share',
      title: t`Share`,
      width: '80px',
      align: 'end',
      cell: file => shareText(file.size, total)
    },
    { key: 'size', title: t`Size`, width: '90px', align: 'end', cell: file => <Bytes value={file.size} /> }
  ]
  return (
    <DataGrid
      label={t`Files of the bundle, the largest first`}
      rows={rows}
      columns={columns}
      idOf={file => file.path}
      selected={selected}
      onSelect={setSelected}
      onOpen={file => onOpen(file.path)}
      rowHeight={28}
      none={t`No file matches.`}
    />
  )
}

function shareText(size: number, total: number): string {
  if (total === 0) return ''
  const percent = (100 * size) / total
  return percent < 0.1 ? '< 0.1 %' : `${percent.toFixed(1)} %`
}
