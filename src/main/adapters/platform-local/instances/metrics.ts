/** Measures what running instances use, again and again, while a listener reads. */
import { setTimeout as delay } from 'node:timers/promises'
import { createCpuMeter } from '#core/platform/cpu.ts'
import { maySee } from '#core/platform/visibility.ts'
import type { EngineMetrics } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { isEnded } from '#shared/instance-state.ts'
import type { MetricsReading, MetricsSample } from '#shared/metrics.ts'
import { parseQuantity } from '#shared/quantity.ts'
import { manifestOf } from '../app-records.ts'
import type { LocalContext } from '../context.ts'
import { createStream, type Stream } from '../stream.ts'
import type { Observer } from './observe.ts'
import { findRow, type InstanceRow } from './records.ts'

export interface MetricsInput {
  readonly ids: readonly string[]
  readonly intervalMs: number
}

/** Ends when `signal` aborts, the listener returns or the platform is closed. Only works while a listener reads. */
export function watchMetrics(
  context: LocalContext,
  observer: Observer,
  user: string,
  input: MetricsInput,
  signal?: AbortSignal
): Stream<MetricsReading> {
  return createStream(context, signal, ended => readingsOf(context, observer, user, input, ended))
}

async function* readingsOf(
  context: LocalContext,
  observer: Observer,
  user: string,
  { ids, intervalMs }: MetricsInput,
  signal: AbortSignal
): AsyncGenerator<MetricsReading, void, void> {
  const cpuOf = createCpuMeter()
  while (!signal.aborted) {
    const rows = await runningRows(context, user, ids)
    const metrics = await askEngines(observer, rows, signal)
    const samples = rows.flatMap(row => {
      const found = metrics.get(row.id)
      return found ? [sampleOf(row, found, cpuOf(row.id, row.run, found.cpuSeconds))] : []
    })
    yield { time: context.now(), samples }
    await delay(intervalMs, undefined, { signal })
  }
}

async function runningRows(
  { store }: LocalContext,
  user: string,
  ids: readonly string[]
): Promise<InstanceRow[]> {
  const open = await store()
  return [...new Set(ids)].flatMap(id => {
    const row = findRow(open, id)
    return row && maySee(row, user) && !isEnded(row) ? [row] : []
  })
}

/** An engine that does not answer now has no readings: the next round asks it again. */
async function askEngines(observer: Observer, rows: readonly InstanceRow[], signal: AbortSignal) {
  const metrics = new Map<string, EngineMetrics>()
  for (const kind of new Set(rows.map(row => row.engine))) {
    const targets = rows
      .filter(row => row.engine === kind)
      .map(({ id }) => ({ instanceId: id, runFolder: observer.runFolderOf(id) }))
    try {
      for (const [id, found] of await observer.engineOf({ engine: kind }).metrics(targets, signal)) {
        metrics.set(id, found)
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw error
    }
  }
  return metrics
}

function sampleOf(row: InstanceRow, found: EngineMetrics, cpu: number | undefined): MetricsSample {
  const limit = parseQuantity(manifestOf(row).Runtime.MemoryLimit ?? '')
  return {
    id: row.id,
    memory: {
      ...(found.memoryUsed === undefined ? {} : { used: found.memoryUsed }),
      ...(limit === undefined ? {} : { limit })
    },
    ...(cpu === undefined ? {} : { cpu })
  }
}
