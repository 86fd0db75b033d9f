/** Includes files of a project in its bundle or excludes them, then reads the project again. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { t } from '#shared/language.ts'
import { useHost } from '../host/client.ts'
import { notifyError } from '../window/notify.tsx'

export function useChosenFiles(path: string) {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const { mutateAsync, isPending } = useMutation({
    mutationFn: (choice: { files: string[]; included: boolean }) =>
      client.preview.choose({ path, ...choice }),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: orpc.projects.files.key({ input: { path } }) }),
        queries.invalidateQueries({ queryKey: orpc.preview.compare.key() })
      ])
  })
  return {
    /** Resolves when the list shows the change. */
    choose: (files: readonly string[], included: boolean) =>
      mutateAsync({ files: [...files], included }).catch(error =>
        notifyError(error, included ? t`It was not put into the bundle` : t`It was not left out`)
      ),
    busy: isPending
  }
}
