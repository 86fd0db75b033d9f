/** Memory and CPU of running instances, read at a low rate and only while a client listens. */
import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { procedure, UNSUPPORTED } from './procedure.ts'

export const MetricsSample = z.object({
  id: z.uuid(),
  memory: z.object({
    /** Bytes used by app and server together; absent if not known yet. */
    used: z.number().min(0).optional(),
    /** Bytes allowed by the manifest. */
    limit: z.number().min(0).optional()
  }),
  /** Processors in use since the previous reading: 1 is one full core. Absent in the first reading of a run. */
  cpu: z.number().min(0).optional()
})
export type MetricsSample = z.infer<typeof MetricsSample>

export const MetricsReading = z.object({
  /** Time of the reading, RFC 3339. */
  time: z.iso.datetime(),
  /** For the requested instances that run; ended and unknown ones are left out. */
  samples: z.array(MetricsSample)
})
export type MetricsReading = z.infer<typeof MetricsReading>

export const metricsProcedure = procedure
  .route({ method: 'GET', path: '/instances/metrics' })
  .errors(UNSUPPORTED)
  .input(
    z.object({
      ids: z.array(z.uuid()).min(1).max(200),
      /** Milliseconds from the end of a reading to the start of the next one. */
      intervalMs: z.int().min(1_000).max(60_000).default(2_000)
    })
  )
  .output(eventIterator(MetricsReading))
