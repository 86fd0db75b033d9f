/** Queries of host data that several features share. */
import { QueryClient, skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useStore } from 'zustand'
import type { App } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import type { Capability } from '#shared/platform.ts'
import type { Settings } from '#shared/system.ts'
import { type Host, useHost } from './client.ts'
import { APPS_KEY, INSTANCES_KEY, JOBS_KEY, liveErrors } from './live.ts'
import { START_PATIENCE_MS } from './preferences.ts'

/** Queries are not retried automatically: errors are shown where they happen, with a button to try again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 5_000, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' }
    }
  })
}

/** Every instance the caller may see, newest first; undefined until the host has reported them. */
export function useInstances(): readonly Instance[] | undefined {
  return useQuery<Instance[]>({
    queryKey: INSTANCES_KEY,
    queryFn: skipToken,
    staleTime: Infinity,
    gcTime: Infinity
  }).data
}

/** Why the platform does not report its instances at the moment. */
export function useInstancesError() {
  return useStore(liveErrors, ({ instances }) => instances)
}

/** Every job of the host, newest first; undefined until the host has reported them. */
export function useJobs(): readonly Job[] | undefined {
  return useQuery<Job[]>({ queryKey: JOBS_KEY, queryFn: skipToken, staleTime: Infinity, gcTime: Infinity })
    .data
}

/** One job; also undefined if the host no longer knows it. */
export function useJob(id: string | undefined): Job | undefined {
  return useJobs()?.find(job => job.id === id)
}

export function usePlatform() {
  return useQuery(useHost().orpc.platform.info.queryOptions({ staleTime: 60_000 })).data
}

/** Whether the platform has an optional capability; false until that is known. */
export function useCapability(capability: Capability): boolean {
  return usePlatform()?.capabilities.includes(capability) ?? false
}

export function useHostInfo() {
  return useQuery(useHost().orpc.system.info.queryOptions({ staleTime: Infinity })).data
}

export function useSettings() {
  return useQuery(useHost().orpc.system.settings.queryOptions()).data
}

/** Fetches the settings before the window is drawn; if the host does not answer soon, it is drawn without them. */
export async function loadSettings({ client, orpc }: Host, queries: QueryClient): Promise<void> {
  const signal = AbortSignal.timeout(START_PATIENCE_MS)
  const { queryKey } = orpc.system.settings.queryOptions()
  await queries.prefetchQuery({ queryKey, queryFn: () => client.system.settings(undefined, { signal }) })
}

/**
 * Saves a part of the settings and fetches dependent data again. A change given as a function gets the current
 * settings from the host: another window may have changed them since this window read them.
 */
export function useSaveSettings() {
  const { client, orpc } = useHost()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (change: Partial<Settings> | ((now: Settings) => Partial<Settings>)) =>
      client.system.saveSettings(
        typeof change === 'function' ? change(await client.system.settings()) : change
      ),
    onSuccess: saved => {
      queries.setQueryData(orpc.system.settings.queryOptions().queryKey, saved)
      const changed = [
        orpc.system.info.key(),
        orpc.platform.key(),
        orpc.updates.key(),
        orpc.projects.files.key()
      ]
      return Promise.all(changed.map(queryKey => queries.invalidateQueries({ queryKey })))
    }
  })
}

/** Number of pinned and recent projects that a short list shows. */
export const FEW_PROJECTS = 12

export function useRecentProjects() {
  return useQuery(useHost().orpc.projects.recent.queryOptions())
}

/** Apps of the catalog, newest first; no data until the host has reported them, and an error while it cannot. */
export function useApps() {
  const { connection } = useHost()
  const { data } = useQuery<App[]>({
    queryKey: APPS_KEY,
    queryFn: skipToken,
    staleTime: Infinity,
    gcTime: Infinity
  })
  const error = useStore(liveErrors, ({ apps }) => apps)
  return { data, error, refetch: connection.retryNow }
}

/** The instance of a project's local run, running or ended: the newest local one with its Name. */
export function localRunOf(
  instances: readonly Instance[] | undefined,
  name: string | undefined
): Instance | undefined {
  if (name === undefined) return undefined
  return instances?.find(instance => instance.ephemeral && instance.app.name === name)
}
