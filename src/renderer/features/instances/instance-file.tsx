/** The text of one file of an instance. */

import { useQuery } from '@tanstack/react-query'
import { plainText } from '#shared/text.ts'
import { useHost } from '../../lib/client.ts'
import { ErrorCard } from '../../ui/cards.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FileTextView } from '../../ui/file-text.tsx'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { Name } from '../../ui/text.tsx'
import styles from './instances.module.css'

export function InstanceFile({ id, path, onClose }: { id: string; path: string; onClose: () => void }) {
  const { orpc } = useHost()
  const text = useQuery(
    orpc.platform.files.text.queryOptions({ input: { id, path }, staleTime: 0, gcTime: 0 })
  )
  const name = plainText(path)
  return (
    <Dialog onClose={onClose} title={<Name>{name}</Name>} size="min(900px, 94vw)">
      <div className={styles.fileText}>
        <ErrorCard error={text.error} title="This file cannot be shown" onRetry={() => void text.refetch()} />
        {text.isPending ? <RowsSkeleton rows={8} /> : null}
        {text.data ? <FileTextView label={`Text of ${name}`} file={text.data} /> : null}
      </div>
    </Dialog>
  )
}
