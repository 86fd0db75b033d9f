/** Keeps apps, instances and jobs current: follows their events and writes each change into the query cache. */
import type { QueryClient } from '@tanstack/react-query'
import { createStore } from 'zustand/vanilla'
import type { App, AppChanges } from '#shared/app.ts'
import type { AppError } from '#shared/errors.ts'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import type { Host } from './client.ts'
import { type Followed, follow } from './follow.ts'

export const APPS_KEY = ['live', 'apps'] as const
export const INSTANCES_KEY = ['live', 'instances'] as const
export const JOBS_KEY = ['live', 'jobs'] as const

/** Why a list is not followed at the moment. */
export const liveErrors = createStore<{
  readonly apps?: AppError | undefined
  readonly instances?: AppError | undefined
  readonly jobs?: AppError | undefined
}>(() => ({}))

/** Follows the lists until the signal aborts; after a break, each list starts again from the host's first event. */
export function followLists(host: Host, queries: QueryClient, signal: AbortSignal): void {
  const gather = createGatherer()
  followList(host, signal, {
    open: () => host.client.platform.apps.watch({ all: true }, { signal }),
    each(event, first) {
      const whole = gather(event, first)
      if (!whole) return
      queries.setQueryData<App[]>(APPS_KEY, before =>
        merged(whole.anew ? [] : (before ?? []), whole.changed, whole.removed)
      )
    },
    failed: apps => liveErrors.setState({ apps })
  })
  followList(host, signal, {
    open: () => host.client.platform.instances.watch({ all: true }, { signal }),
    each: (event, first) =>
      queries.setQueryData<Instance[]>(INSTANCES_KEY, before =>
        merged(first ? [] : (before ?? []), event.changed, event.removed)
      ),
    failed: instances => liveErrors.setState({ instances })
  })
  followList(host, signal, {
    open: () => host.client.jobs.watch({}, { signal }),
    each: job => queries.setQueryData<Job[]>(JOBS_KEY, before => mergeJob(before ?? [], job)),
    failed: jobs => liveErrors.setState({ jobs }),
    // Jobs end with their host: after a break, only the jobs it still lists exist.
    opened: () =>
      void host.client.jobs.list(undefined, { signal }).then(
        jobs => queries.setQueryData<Job[]>(JOBS_KEY, before => jobs.map(job => newerOf(job, before))),
        () => undefined
      )
  })
}

interface List<T> extends Pick<Followed<T>, 'open' | 'opened' | 'each'> {
  failed(error: AppError | undefined): void
}

/** Reports why a list is not followed, until it is again. The status bar reports a broken connection. */
function followList<T>(host: Host, signal: AbortSignal, list: List<T>): void {
  void follow(host, signal, {
    open: list.open,
    opened() {
      list.opened?.()
      list.failed(undefined)
    },
    each: list.each,
    failed(error) {
      if (host.connection.state.getState().status === 'up') list.failed(error)
    }
  })
}

/** Joins the pieces of a change; undefined until the last piece is there. `anew`: the first change after a break. */
export function createGatherer() {
  let changed: App[] = []
  let anew = false
  return (event: AppChanges, first: boolean) => {
    if (first) {
      changed = []
      anew = true
    }
    changed = [...changed, ...event.changed]
    if (event.more) return undefined
    const whole = { changed, removed: event.removed, anew }
    changed = []
    anew = false
    return whole
  }
}

/** Applies changes and removals to a list, newest first. New items go first in the host's order; no clock is used. */
export function merged<T extends { readonly id: string }>(
  before: readonly T[],
  changed: readonly T[],
  removed: readonly string[]
): T[] {
  if (before.length === 0) return [...changed]
  const fresh = new Map(changed.map(item => [item.id, item]))
  const gone = new Set(removed)
  const staying = before.filter(({ id }) => !gone.has(id)).map(item => fresh.get(item.id) ?? item)
  const known = new Set(before.map(({ id }) => id))
  return [...changed.filter(({ id }) => !known.has(id)), ...staying]
}

/** Adds or replaces this job in a list, newest first. */
export function mergeJob(before: readonly Job[], job: Job): Job[] {
  if (!before.some(other => other.id === job.id)) return [job, ...before]
  return before.map(other => (other.id === job.id ? job : other))
}

/** An ended job never runs again, so an end the watch has reported wins over an older list. */
function newerOf(job: Job, before: readonly Job[] | undefined): Job {
  const known = before?.find(other => other.id === job.id)
  return known && known.state !== 'running' ? known : job
}
