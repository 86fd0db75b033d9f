/** One thing done to an app or instance at a time, after which the catalog is looked at anew. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useHost } from '../../lib/client.ts'

export function useAct() {
  const { orpc } = useHost()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSettled: () => queries.invalidateQueries({ queryKey: orpc.platform.apps.key() })
  })
}
