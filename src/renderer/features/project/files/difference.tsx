/** The old and new lines of one file, side by side. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { App } from '#shared/app.ts'
import type { FileText } from '#shared/bundle.ts'
import { t } from '#shared/language.ts'
import type { FileChange } from '#shared/preview.ts'
import { useHost } from '../../../host/client.ts'
import { FileProblem } from '../../../ui/file-text.tsx'
import { sideBySide } from '../../../ui/side-by-side.ts'
import { RowsSkeleton } from '../../../ui/skeletons.tsx'
import { Name } from '../../../ui/text.tsx'
import { DiffView } from '../../../ui/text-view.tsx'
import { ErrorCard } from '../../../window/error-card.tsx'
import styles from './files.module.css'

interface FileDifferenceProps {
  readonly path: string
  readonly app: App
  readonly change: FileChange
}

export function FileDifference({ path, app, change }: FileDifferenceProps) {
  const { orpc } = useHost()
  const file = change.path
  const before = useQuery({
    ...orpc.platform.apps.text.queryOptions({ input: { id: app.id, file } }),
    enabled: change.before !== undefined
  })
  const after = useQuery({
    ...orpc.preview.text.queryOptions({ input: { path, file } }),
    enabled: change.after !== undefined
  })
  const error = before.error ?? after.error
  const [left, right] = [
    change.before === undefined ? NOTHING : before.data,
    change.after === undefined ? NOTHING : after.data
  ]
  return (
    <>
      <div className={styles.sides}>
        <strong>
          <Name>{app.version}</Name>
        </strong>
        <strong>
          <Name title={file}>{t`Now: ${file}`}</Name>
        </strong>
      </div>
      {file.endsWith('/') ? (
        <p className={styles.note}>{t`It is an empty folder.`}</p>
      ) : change.change === 'mode' ? (
        <p className={styles.note}>{t`Its content is the same; only its permission bits differ.`}</p>
      ) : error ? (
        <div className={styles.error}>
          <ErrorCard error={error} title={t`This file cannot be shown`} />
        </div>
      ) : left === undefined || right === undefined ? (
        <RowsSkeleton rows={6} />
      ) : (
        <Sides file={file} left={left} right={right} />
      )}
    </>
  )
}

const NOTHING: FileText = { size: 0, text: '' }

function Sides({ file, left, right }: { file: string; left: FileText; right: FileText }) {
  const rows = useMemo(() => sideBySide(left.text ?? '', right.text ?? ''), [left, right])
  const without = [left, right].find(side => side.problem !== undefined)
  if (without) return <FileProblem {...without} />
  if (rows.every(row => row.kind === 'same')) {
    return <p className={styles.note}>{t`Only line ends differ.`}</p>
  }
  return <DiffView label={t`Lines of ${file} that differ`} rows={rows} />
}
