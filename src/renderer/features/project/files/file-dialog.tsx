/** The text of one file of a project or bundle, at the place of a finding. */
import { useQuery } from '@tanstack/react-query'
import type { Finding } from '#shared/finding.ts'
import { useHost } from '../../../host/client.ts'
import { FileTextDialog } from '../../../window/file-text-dialog.tsx'
import { FindingList } from '../../../window/finding-list.tsx'

export interface ShownFile {
  readonly file: string
  readonly finding?: Finding | undefined
}

interface FileDialogProps extends ShownFile {
  /** The project's folder, or the bundle. */
  readonly path: string
  readonly onClose: () => void
  /** Applies the finding's fix; absent if it cannot be applied from here. */
  readonly onFix?: ((finding: Finding) => void) | undefined
}

export function FileDialog({ path, file, finding, onClose, onFix }: FileDialogProps) {
  const { orpc } = useHost()
  const text = useQuery(orpc.preview.text.queryOptions({ input: { path, file }, staleTime: 0, gcTime: 0 }))
  return (
    <FileTextDialog name={file} text={text} mark={finding?.line} onClose={onClose}>
      {finding ? <FindingList findings={[finding]} onFix={onFix} /> : null}
    </FileTextDialog>
  )
}
