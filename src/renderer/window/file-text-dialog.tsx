/** A dialog with the text of a file; also shows loading and failure. */
import type { UseQueryResult } from '@tanstack/react-query'
import type { FileText } from '#shared/bundle.ts'
import { t } from '#shared/language.ts'
import { Dialog } from '../ui/dialog.tsx'
import { FileTextView } from '../ui/file-text.tsx'
import { RowsSkeleton } from '../ui/skeletons.tsx'
import { Name } from '../ui/text.tsx'
import styles from '../ui/text-view.module.css'
import { ErrorCard } from './error-card.tsx'

interface FileTextDialogProps {
  readonly name: string
  readonly text: UseQueryResult<FileText>
  /** One-based line: scrolled to and marked. */
  readonly mark?: number | undefined
  /** Shown above the text. */
  readonly children?: React.ReactNode
  readonly onClose: () => void
}

export function FileTextDialog({ name, text, mark, children, onClose }: FileTextDialogProps) {
  return (
    <Dialog onClose={onClose} title={<Name>{name}</Name>} size="min(900px, 94vw)">
      {children}
      <div className={styles.dialog}>
        <ErrorCard
          error={text.error}
          title={t`This file cannot be shown`}
          onRetry={() => void text.refetch()}
        />
        {text.isPending ? <RowsSkeleton rows={8} /> : null}
        {text.data ? <FileTextView label={t`Text of ${name}`} file={text.data} mark={mark} /> : null}
      </div>
    </Dialog>
  )
}
