/** The last lines an ended instance wrote. */
import { useQuery } from '@tanstack/react-query'
import type { Instance } from '#shared/instance.ts'
import { lastLines } from '#shared/last-lines.ts'
import { useHost } from './client.ts'

/** Lines of the launcher that may stand among the app's own. */
const OF_THE_LAUNCHER = 20

/** The app's own, the launcher's where it said nothing. Read once for each end of it; none while they are read. */
export function useLastLines({ id, endedAt = '' }: Instance, count: number): readonly string[] {
  const { client } = useHost()
  const lines = useQuery({
    queryKey: ['last-lines', id, endedAt, count],
    queryFn: () => lastLines(client.platform, id, count + OF_THE_LAUNCHER),
    staleTime: Number.POSITIVE_INFINITY
  }).data
  const own = lines?.filter(({ stream }) => stream !== 'system') ?? []
  return (own.length > 0 ? own : (lines ?? [])).slice(-count).map(({ text }) => text)
}
