/** Memory and CPU of running instances over the last minutes: read only while a visible page shows them. */
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Instance } from '#shared/instance.ts'
import { isRunning } from '#shared/instance-state.ts'
import type { MetricsReading } from '#shared/metrics.ts'
import { type Host, useHost } from './client.ts'
import { follow } from './follow.ts'
import { useCapability } from './queries.ts'

/** Number of readings kept per instance: three minutes. */
export const SPAN = 90
/** Most instances the host reads at once. */
const LIMIT = 200
const INTERVAL_MS = 2_000

export interface Series {
  /** Bytes, oldest first. */
  readonly memory: readonly number[]
  /** Cores, oldest first. */
  readonly cpu: readonly number[]
  /** Bytes. */
  readonly limit?: number | undefined
}

export interface SeriesStore {
  get(id: string): Series | undefined
  listen(listener: () => void): () => void
  add(reading: MetricsReading): void
  /** Removes the readings of all other instances. */
  retain(ids: ReadonlySet<string>): void
}

export function createSeriesStore(): SeriesStore {
  const byId = new Map<string, Series>()
  const listeners = new Set<() => void>()
  return {
    get: id => byId.get(id),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    add({ samples }) {
      for (const { id, memory, cpu } of samples) {
        const before = byId.get(id)
        byId.set(id, {
          memory: appended(before?.memory, memory.used),
          cpu: appended(before?.cpu, cpu),
          limit: memory.limit
        })
      }
      for (const listener of listeners) listener()
    },
    retain(ids) {
      for (const id of byId.keys()) if (!ids.has(id)) byId.delete(id)
    }
  }
}

function appended(before: readonly number[] = [], value: number | undefined): readonly number[] {
  return value === undefined ? before : [...before, value].slice(-SPAN)
}

const series = createSeriesStore()

/** The readings of one instance; undefined before the first. */
export function useSeries(id: string): Series | undefined {
  return useSyncExternalStore(series.listen, () => series.get(id))
}

/** The current memory of an instance, for every part that shows it. */
export function useMemory(instance: Instance): Instance['memory'] {
  return memoryNow(instance, useSeries(instance.id))
}

/** The newest reading while the instance runs, otherwise the value from the instance list. */
export function memoryNow(instance: Instance, series: Series | undefined): Instance['memory'] {
  const { used, limit } = instance.memory
  if (!series || !isRunning(instance)) return { used, limit }
  return { used: series.memory.at(-1) ?? used, limit: series.limit ?? limit }
}

/** Reads these instances (the first 200) while the component is mounted and the window is visible. */
export function useMetricsFeed(ids: readonly string[]): void {
  const host = useHost()
  const offered = useCapability('metrics')
  const key = ids.slice(0, LIMIT).join()
  const wanted = useMemo(() => (key === '' ? [] : key.split(',')), [key])
  useEffect(() => {
    if (!offered || wanted.length === 0) return
    series.retain(new Set(wanted))
    let stop = new AbortController()
    const followWhileSeen = () => {
      stop.abort()
      stop = new AbortController()
      if (document.visibilityState === 'visible') followReadings(host, wanted, stop.signal)
    }
    followWhileSeen()
    document.addEventListener('visibilitychange', followWhileSeen)
    return () => {
      stop.abort()
      document.removeEventListener('visibilitychange', followWhileSeen)
    }
  }, [host, offered, wanted])
}

/** Ignores failures: the instance list shows that the connection or the platform is unavailable. */
function followReadings(host: Host, ids: string[], signal: AbortSignal): void {
  void follow(host, signal, {
    open: () => host.client.platform.instances.metrics({ ids, intervalMs: INTERVAL_MS }, { signal }),
    each: series.add
  })
}
