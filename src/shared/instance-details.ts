/** What is told of an instance only when someone asks: its environment by name, what its run is made of, what it keeps on disk. */
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

const Fact = z.string().max(4_096)

/** What a run is made of, as its launcher says it. Paths are the app's own: inside the container, where it runs in one. */
export const RunFacts = z.object({
  module: Fact,
  /** Version of the Python it runs with. */
  python: Fact,
  /** Folder the bundle is unpacked to. */
  appRoot: Fact,
  /** Folder of the virtual environment, once there is one. */
  environment: Fact.optional(),
  /** Version of the launcher. */
  launcher: Fact
})
export type RunFacts = z.infer<typeof RunFacts>

/** Bytes an instance keeps on disk. */
export const InstanceUsage = z.object({
  id: z.uuid(),
  /** Its log and what its runs left beside it. */
  log: z.number().min(0),
  volume: z.number().min(0)
})
export type InstanceUsage = z.infer<typeof InstanceUsage>
