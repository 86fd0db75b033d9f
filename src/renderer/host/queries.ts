/** What features read from the host: the queries several of them share. */
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

/** Errors are shown where they happen, with a button to try again: nothing is retried behind the user's back. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 5_000, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' }
    }
  })
}

/** Every instance the caller may see, newest first; undefined until the host has told. */
export function useInstances(): readonly Instance[] | undefined {
  return useQuery<Instance[]>({
    queryKey: INSTANCES_KEY,
    queryFn: skipToken,
    staleTime: Infinity,
    gcTime: Infinity
  }).data
}

/** Why the platform does not tell of its instances, while it does not. */
export function useInstancesError() {
  return useStore(liveErrors, ({ instances }) => instances)
}

/** Every job of the host, newest first; undefined until the host has told. */
export function useJobs(): readonly Job[] | undefined {
  return useQuery<Job[]>({ queryKey: JOBS_KEY, queryFn: skipToken, staleTime: Infinity, gcTime: Infinity })
    .data
}

/** One of them; undefined, too, where the host does not know it any more. */
export function useJob(id: string | undefined): Job | undefined {
  return useJobs()?.find(job => job.id === id)
}

export function usePlatform() {
  return useQuery(useHost().orpc.platform.info.queryOptions({ staleTime: 60_000 })).data
}

/** Whether the platform can do what not every platform can; false until that is known. */
export function useCapability(capability: Capability): boolean {
  return usePlatform()?.capabilities.includes(capability) ?? false
}

export function useHostInfo() {
  return useQuery(useHost().orpc.system.info.queryOptions({ staleTime: Infinity })).data
}

export function useSettings() {
  return useQuery(useHost().orpc.system.settings.queryOptions()).data
}

/** Asks for the settings before the window is drawn; where the host does not answer soon, it is drawn without. */
export async function loadSettings({ client, orpc }: Host, queries: QueryClient): Promise<void> {
  const signal = AbortSignal.timeout(START_PATIENCE_MS)
  const { queryKey } = orpc.system.settings.queryOptions()
  await queries.prefetchQuery({ queryKey, queryFn: () => client.system.settings(undefined, { signal }) })
}

/**
 * Saves a part of the settings, and has what depends on them asked for anew. A part that is made of what is set gets the
 * settings as they are: another window may have changed them since this one asked.
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

/** Of the pinned and recent projects, those a list has room for. */
export const FEW_PROJECTS = 12

export function useRecentProjects() {
  return useQuery(useHost().orpc.projects.recent.queryOptions())
}

/** Apps of the catalog, newest first; no data until the host has told, and an error while it does not. */
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

/** The running and failed instance of a project's local run: the newest one with its Name. */
export function localRunOf(
  instances: readonly Instance[] | undefined,
  name: string | undefined
): Instance | undefined {
  if (name === undefined) return undefined
  return instances?.find(instance => instance.ephemeral && instance.app.name === name)
}
