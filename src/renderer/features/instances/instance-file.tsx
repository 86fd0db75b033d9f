/** The text of one file of an instance. */
import { useQuery } from '@tanstack/react-query'
import { visibleLine } from '#shared/text.ts'
import { useHost } from '../../host/client.ts'
import { FileTextDialog } from '../../window/file-text-dialog.tsx'

export function InstanceFile({ id, path, onClose }: { id: string; path: string; onClose: () => void }) {
  const { orpc } = useHost()
  const text = useQuery(
    orpc.platform.files.text.queryOptions({ input: { id, path }, staleTime: 0, gcTime: 0 })
  )
  return <FileTextDialog name={visibleLine(path)} text={text} onClose={onClose} />
}
