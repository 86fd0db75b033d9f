/** What running instances use of the computer: low-rate readings, made only while someone listens. */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { procedure, UNSUPPORTED } from './procedure.ts'

export const MetricsSample = z.object({
  id: z.uuid(),
  memory: z.object({
    /** Bytes in use by app and server together; absent where it cannot be told yet. */
    used: z.number().min(0).optional(),
    /** Bytes the manifest allows. */
    limit: z.number().min(0).optional()
  }),
  /** Processors in use since the reading before: 1 is one core, fully. Absent in the first reading of a run. */
  cpu: z.number().min(0).optional()
})
export type MetricsSample = z.infer<typeof MetricsSample>

export const MetricsReading = z.object({
  /** When it was read, RFC 3339. */
  time: z.iso.datetime(),
  /** Of those asked for that run; ended and unknown ones are left out. */
  samples: z.array(MetricsSample)
})
export type MetricsReading = z.infer<typeof MetricsReading>

export const metricsProcedure = procedure
  .route({ method: 'GET', path: '/instances/metrics' })
  .errors(UNSUPPORTED)
  .input(
    z.object({
      ids: z.array(z.uuid()).min(1).max(200),
      /** Milliseconds between two readings, counted from one's end to the next one's start. */
      intervalMs: z.int().min(1_000).max(60_000).default(2_000)
    })
  )
  .output(eventIterator(MetricsReading))
