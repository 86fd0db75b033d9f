/** The host's checks for the window: fetched once, again on request, and the changing ones at intervals. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { CHECK_IDS, type Check, type CheckId } from '#shared/system.ts'
import { useHost } from './client.ts'
import { isImageJob } from './image-job.ts'
import { useInstances, useJobs } from './queries.ts'

/** Checks that may fail while the window is open and are cheap to run. */
const WATCHED: readonly CheckId[] = ['docker', 'image', 'process', 'disk', 'clock']
const EVERY_MS = 60_000

export interface Checks {
  readonly checks: readonly Check[] | undefined
  readonly error: Error | null
  /** The checks running now; `true` means all of them. */
  readonly checking: ReadonlySet<CheckId> | true
  /** Runs these checks again, or all of them; with `connect` it also contacts the package index. */
  again(
    only?: readonly CheckId[],
    how?: { readonly connect: boolean; readonly signal: AbortSignal }
  ): Promise<void>
}

export function useChecks(): Checks {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  const options = orpc.system.checks.queryOptions({ staleTime: Infinity })
  const all = useQuery(options)
  const [some, setSome] = useState<ReadonlySet<CheckId>>(new Set())
  return {
    checks: all.data,
    error: all.error,
    checking: all.isFetching || some,
    async again(only, how) {
      // Another program may have chosen another engine, and the results are shown for the chosen one.
      void queries.invalidateQueries({ queryKey: orpc.system.settings.key() })
      if (only === undefined) return void (await all.refetch())
      setSome(new Set(only))
      try {
        const newer = await client.system.checks(
          { only: [...only], connect: how?.connect },
          how && { signal: how.signal }
        )
        queries.setQueryData(options.queryKey, before => mergeChecks(before ?? [], newer))
      } finally {
        setSome(new Set())
      }
    }
  }
}

/** Replaces earlier checks with newer ones. */
export function mergeChecks(before: readonly Check[], newer: readonly Check[]): Check[] {
  const ids = new Set(newer.map(({ id }) => id))
  return [...before.filter(({ id }) => !ids.has(id)), ...newer].sort(
    (a, b) => CHECK_IDS.indexOf(a.id) - CHECK_IDS.indexOf(b.id)
  )
}

/** Runs checks again while the window is visible, when an engine is unavailable, and after an image job ends. */
export function useWatchedChecks({ again }: Checks): void {
  const missed =
    useInstances()?.filter(instance => instance.reason?.code === 'engine-unavailable').length ?? 0
  const built = useJobs()?.filter(job => isImageJob(job) && job.state !== 'running').length ?? 0
  const occasions = `${missed} ${built}`
  // biome-ignore lint/correctness/useExhaustiveDependencies: checks again at each new occasion
  useEffect(() => {
    const inspect = () => void again(WATCHED).catch(() => undefined)
    if (occasions !== '0 0') inspect()
    const timer = setInterval(() => document.visibilityState === 'visible' && inspect(), EVERY_MS)
    return () => clearInterval(timer)
  }, [occasions])
}
