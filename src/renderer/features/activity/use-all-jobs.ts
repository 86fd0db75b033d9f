/** The jobs of this host, and stored jobs of other and earlier hosts. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useHost } from '../../host/client.ts'
import { useJobs } from '../../host/queries.ts'
import type { AnyJob } from './columns.tsx'

/** Newest first; undefined until both are known. Jobs of other hosts update when the page opens or the host is back. */
export function useAllJobs(): readonly AnyJob[] | undefined {
  const { orpc } = useHost()
  const jobs = useJobs()
  const { data: past, isPending } = useQuery(orpc.jobs.history.queryOptions({ staleTime: 0 }))
  return useMemo(() => {
    if (jobs === undefined || isPending) return undefined
    const own = new Set(jobs.map(({ id }) => id))
    const others = (past ?? []).filter(({ id }) => !own.has(id))
    return [...jobs, ...others].sort(
      (a, b) => Number(a.startedAt < b.startedAt) - Number(a.startedAt > b.startedAt)
    )
  }, [jobs, past, isPending])
}
