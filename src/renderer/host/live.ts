/** Keeps apps, instances and jobs current: follows their event iterators and writes each change into the query cache. */
import type { QueryClient } from '@tanstack/react-query'
import { createStore } from 'zustand/vanilla'
import type { App, AppChanges } from '#shared/app.ts'
import type { AppError } from '#shared/errors.ts'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import { pause, retryDelay } from './backoff.ts'
import type { Host } from './client.ts'
import { toAppError } from './errors.ts'

export const APPS_KEY = ['live', 'apps'] as const
export const INSTANCES_KEY = ['live', 'instances'] as const
export const JOBS_KEY = ['live', 'jobs'] as const

/** Why a list is not followed at the moment. */
export const liveErrors = createStore<{
  readonly apps?: AppError | undefined
  readonly instances?: AppError | undefined
  readonly jobs?: AppError | undefined
}>(() => ({}))

/** Follows the lists until the signal aborts; after a break each starts anew from the host's first event. */
export function followLists(host: Host, queries: QueryClient, signal: AbortSignal): void {
  const gather = createGatherer()
  void follow(host, signal, {
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
  void follow(host, signal, {
    open: () => host.client.platform.instances.watch({ all: true }, { signal }),
    each: (event, first) =>
      queries.setQueryData<Instance[]>(INSTANCES_KEY, before =>
        merged(first ? [] : (before ?? []), event.changed, event.removed)
      ),
    failed: instances => liveErrors.setState({ instances })
  })
  void follow(host, signal, {
    open: () => host.client.jobs.watch({}, { signal }),
    each: job => queries.setQueryData<Job[]>(JOBS_KEY, before => mergeJob(before ?? [], job)),
    failed: jobs => liveErrors.setState({ jobs }),
    // Jobs die with their host: after a break only those it still tells of exist.
    begin: () =>
      void host.client.jobs.list(undefined, { signal }).then(
        jobs => queries.setQueryData<Job[]>(JOBS_KEY, before => jobs.map(job => newerOf(job, before))),
        () => undefined
      )
  })
}

interface Followed<T> {
  open(): Promise<AsyncIterable<T>>
  each(event: T, first: boolean): void
  failed(error: AppError | undefined): void
  begin?(): void
}

async function follow<T>(host: Host, signal: AbortSignal, list: Followed<T>): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    await host.connection.whenUp(signal)
    if (signal.aborted) return
    try {
      const events = await list.open()
      list.begin?.()
      let first = true
      list.failed(undefined)
      for await (const event of events) {
        list.each(event, first)
        first = false
        attempt = 0
      }
    } catch (error) {
      const failure = toAppError(error, signal)
      // A broken connection is told by the status bar.
      const connected = host.connection.state.getState().status === 'up'
      if (!signal.aborted && connected) list.failed(failure)
    }
    await pause(retryDelay(attempt), signal)
  }
}

/** Puts the pieces of a change together; nothing until the last one is there. `anew`: it is the first after a break. */
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

/** A list newest first, with the changed ones in and the removed ones out; which is new tells no clock, but the host. */
export function merged<T extends { readonly id: string }>(
  before: readonly T[],
  changed: readonly T[],
  removed: readonly string[]
): T[] {
  if (before.length === 0) return [...changed]
  const fresh = new Map(changed.map(item => [item.id, item]))
  const gone = new Set(removed)
  const kept = before.filter(({ id }) => !gone.has(id)).map(item => fresh.get(item.id) ?? item)
  const known = new Set(before.map(({ id }) => id))
  return [...changed.filter(({ id }) => !known.has(id)), ...kept]
}

/** Jobs newest first, with this one in its newest form. */
export function mergeJob(before: readonly Job[], job: Job): Job[] {
  if (!before.some(other => other.id === job.id)) return [job, ...before]
  return before.map(other => (other.id === job.id ? job : other))
}

/** An ended job never runs again, so what the watch already told wins over an older list. */
function newerOf(job: Job, before: readonly Job[] | undefined): Job {
  const known = before?.find(other => other.id === job.id)
  return known && known.state !== 'running' ? known : job
}
