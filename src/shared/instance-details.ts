/** What is told of an instance only when someone asks: its environment by name, what it keeps on disk. */
import { z } from 'zod'

/** One variable of an instance's environment: its name and where its value comes from, never the value. */
export const EnvName = z.object({
  name: z.string(),
  /** `given`: at this run, in place of what the manifest says. */
  source: z.enum(['secret', 'manifest', 'given']),
  secret: z.string().optional(),
  key: z.string().optional()
})
export type EnvName = z.infer<typeof EnvName>

/** Bytes an instance keeps on disk. */
export const InstanceUsage = z.object({
  id: z.uuid(),
  /** Its log and what its runs left beside it. */
  log: z.number().min(0),
  volume: z.number().min(0)
})
export type InstanceUsage = z.infer<typeof InstanceUsage>
