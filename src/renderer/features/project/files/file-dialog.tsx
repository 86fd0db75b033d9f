/** The text of one file of a project or bundle, at the place a finding speaks of. */

import { useQuery } from '@tanstack/react-query'
import type { Finding } from '#shared/finding.ts'
import { useHost } from '../../../lib/client.ts'
import { ErrorCard } from '../../../ui/cards.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { FileTextView } from '../../../ui/file-text.tsx'
import { FindingList } from '../../../ui/finding-list.tsx'
import { RowsSkeleton } from '../../../ui/skeletons.tsx'
import { Name } from '../../../ui/text.tsx'
import styles from './files.module.css'

export interface ShownFile {
  readonly file: string
  readonly finding?: Finding | undefined
}

interface FileDialogProps extends ShownFile {
  /** The project's folder, or the bundle. */
  readonly path: string
  readonly onClose: () => void
  /** Applies the finding's fix; given where that can be done from here. */
  readonly onFix?: ((finding: Finding) => void) | undefined
}

export function FileDialog({ path, file, finding, onClose, onFix }: FileDialogProps) {
  const { orpc } = useHost()
  const text = useQuery(orpc.preview.text.queryOptions({ input: { path, file }, staleTime: 0, gcTime: 0 }))
  return (
    <Dialog onClose={onClose} title={<Name>{file}</Name>} size="min(900px, 94vw)">
      {finding ? <FindingList findings={[finding]} onFix={onFix} /> : null}
      <div className={styles.fileBox}>
        <ErrorCard error={text.error} title="This file cannot be shown" onRetry={() => void text.refetch()} />
        {text.isPending ? <RowsSkeleton rows={8} /> : null}
        {text.data ? <FileTextView label={`Text of ${file}`} file={text.data} mark={finding?.line} /> : null}
      </div>
    </Dialog>
  )
}
