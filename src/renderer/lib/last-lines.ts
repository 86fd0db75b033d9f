/** The last lines an ended instance wrote. */
import { useQuery } from '@tanstack/react-query'
import type { Instance } from '#shared/instance.ts'
import { lastLines } from '#shared/last-lines.ts'
import { useHost } from './client.ts'

/** Read once for each end of the instance; none while they are read. */
export function useLastLines({ id, endedAt = '' }: Instance, count: number): readonly string[] {
  const { client } = useHost()
  const lines = useQuery({
    queryKey: ['last-lines', id, endedAt, count],
    queryFn: () => lastLines(client.platform, id, count),
    staleTime: Number.POSITIVE_INFINITY
  }).data
  return lines?.map(({ text }) => text) ?? []
}
