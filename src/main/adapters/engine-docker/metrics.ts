/** Resource use of containers, as counted by the engine's kernel. */
import type { EngineMetrics, EngineTarget } from '#core/ports.ts'
import type { DockerConnection } from './asking.ts'
import { answerStatus } from './errors.ts'

/** Requests sent to the engine at the same time. */
const AT_ONCE = 8

interface Stats {
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } }
  readonly memory_stats?: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> }
}

export async function readMetrics(
  connection: DockerConnection,
  nameOf: (instanceId: string) => string,
  targets: readonly EngineTarget[],
  signal?: AbortSignal
): Promise<ReadonlyMap<string, EngineMetrics>> {
  const found = new Map<string, EngineMetrics>()
  const queue = targets.values()
  const worker = async () => {
    for (const { instanceId } of queue) {
      const stats = await statsOf(connection, nameOf(instanceId), signal)
      if (stats) found.set(instanceId, metricsOf(stats))
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, targets.length) }, worker))
  return found
}

/** Milliseconds until a hanging engine fails: the same round also measures instances of other engines. */
const PATIENCE = 10_000

/** Undefined if there is no running container. A container that cannot be measured does not affect the others. */
function statsOf(connection: DockerConnection, name: string, signal?: AbortSignal) {
  return connection.ask<Stats | undefined>(
    async (docker, abortSignal) => {
      const container = docker.getContainer(name)
      // Without `one-shot` the engine takes two readings, a second apart.
      const options = { stream: false, 'one-shot': true, abortSignal }
      return (await container.stats(options as { stream: false })) as Stats
    },
    {
      signal,
      timeoutMs: PATIENCE,
      expected: error => (answerStatus(error) === undefined ? undefined : { value: undefined })
    }
  )
}

/**
 * For a container that does not run, the answer has no numbers. File cache that the kernel can drop does not count as
 * used.
 */
function metricsOf({ cpu_stats, memory_stats }: Stats): EngineMetrics {
  const nanoseconds = cpu_stats?.cpu_usage?.total_usage
  const { usage, stats } = memory_stats ?? {}
  if (usage === undefined) return {}
  const cache = stats?.inactive_file ?? stats?.total_inactive_file ?? 0
  return {
    memoryUsed: Math.max(0, usage - cache),
    ...(nanoseconds === undefined ? {} : { cpuSeconds: nanoseconds / 1e9 })
  }
}
