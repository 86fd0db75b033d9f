/** Reads what running instances use, round after round, while someone listens. */
import { setTimeout as delay } from 'node:timers/promises'
import type { EngineMetrics } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import type { MetricsReading, MetricsSample } from '#shared/metrics.ts'
import { parseQuantity } from '#shared/quantity.ts'
import { manifestOf } from './apps.ts'
import type { LocalContext } from './context.ts'
import { findRow, type InstanceRow } from './instance-records.ts'
import { isEnded } from './instance-state.ts'
import type { Observer } from './observe.ts'
import { createStream, type Stream } from './stream.ts'

interface Reading {
  readonly run: number
  /** Milliseconds of this process's clock. */
  readonly at: number
  readonly cpuSeconds: number
}

export interface MetricsInput {
  readonly ids: readonly string[]
  readonly intervalMs: number
}

/** Ends when `signal` aborts, the listener returns or the platform is closed. Works only while it is listened to. */
export function watchMetrics(
  context: LocalContext,
  observer: Observer,
  input: MetricsInput,
  signal?: AbortSignal
): Stream<MetricsReading> {
  return createStream(context, signal, ended => readingsOf(context, observer, input, ended))
}

async function* readingsOf(
  context: LocalContext,
  observer: Observer,
  { ids, intervalMs }: MetricsInput,
  signal: AbortSignal
): AsyncGenerator<MetricsReading, void, void> {
  const before = new Map<string, Reading>()
  while (!signal.aborted) {
    const rows = await runningRows(context, ids)
    const metrics = await askEngines(observer, rows, signal)
    const samples = rows.flatMap(row => {
      const found = metrics.get(row.id)
      return found ? [sampleOf(row, found, before)] : []
    })
    yield { time: context.now(), samples }
    await delay(intervalMs, undefined, { signal })
  }
}

async function runningRows({ store, user }: LocalContext, ids: readonly string[]): Promise<InstanceRow[]> {
  const open = await store()
  return [...new Set(ids)].flatMap(id => {
    const row = findRow(open, id)
    const seen = row && (row.owner === user || row.visibility === 'ALL_USERS')
    return seen && !isEnded(row.state) ? [row] : []
  })
}

/** An engine that does not answer now has no readings: the next round asks again. */
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

function sampleOf(row: InstanceRow, found: EngineMetrics, before: Map<string, Reading>): MetricsSample {
  const limit = parseQuantity(manifestOf(row).Runtime.MemoryLimit ?? '')
  const cpu = cpuOf(row, found.cpuSeconds, before)
  return {
    id: row.id,
    memory: {
      ...(found.memoryUsed === undefined ? {} : { used: found.memoryUsed }),
      ...(limit === undefined ? {} : { limit })
    },
    ...(cpu === undefined ? {} : { cpu })
  }
}

/** Processors in use since the reading before; the time of processes that ended may make the sum fall. */
function cpuOf(
  { id, run }: InstanceRow,
  cpuSeconds: number | undefined,
  before: Map<string, Reading>
): number | undefined {
  if (cpuSeconds === undefined) return undefined
  const now: Reading = { run, at: performance.now(), cpuSeconds }
  const last = before.get(id)
  before.set(id, now)
  if (last?.run !== run) return undefined
  return Math.max(0, (cpuSeconds - last.cpuSeconds) / ((now.at - last.at) / 1000))
}
