/** Details of an instance, sent on request: names in its environment, facts about its run, its disk usage. */
import { z } from 'zod'

/** One variable of an instance's environment: its name and where its value comes from, never the value. */
export const EnvName = z.object({
  name: z.string(),
  /** `given`: set for this run, in place of the manifest's value. */
  source: z.enum(['secret', 'manifest', 'given']),
  secret: z.string().optional(),
  key: z.string().optional()
})
export type EnvName = z.infer<typeof EnvName>

const Fact = z.string().max(4_096)

/**
 * Facts about a run, as its launcher reports them. Paths are as the app sees them: inside the container if it has one.
 */
export const RunFacts = z.object({
  module: Fact,
  /** Version of the Python that runs it. */
  python: Fact,
  /** Folder with the unpacked bundle. */
  appRoot: Fact,
  /** Folder of the virtual environment; absent before it is created. */
  environment: Fact.optional(),
  /** Version of the launcher. */
  launcher: Fact
})
export type RunFacts = z.infer<typeof RunFacts>

/** Bytes that an instance uses on disk. */
export const InstanceUsage = z.object({
  id: z.uuid(),
  /** Its log and the files that its runs left beside the log. */
  log: z.number().min(0),
  volume: z.number().min(0)
})
export type InstanceUsage = z.infer<typeof InstanceUsage>
