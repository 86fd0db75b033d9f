/** How a project runs on this computer: engine, port and variables. Stored on the host, never in a bundle. */
import { z } from 'zod'
import { EngineKind, EnvOverride, EnvOverrideName } from './instance.ts'
import { t } from './language.ts'

/** Most variables stored for one project. */
export const MAX_RUN_VARIABLES = 200
const MAX_RUN_CHARS = 1024 * 1024

/** A variable of local runs: a plain value, or a key of a secret. The secret's value never leaves the host. */
export const RunVariable = z.object({ name: EnvOverrideName, value: EnvOverride })
export type RunVariable = z.infer<typeof RunVariable>

export const RunOptions = z.object({
  /** If absent: the engine from the settings. */
  engine: EngineKind.optional(),
  /** If absent: the usual port. */
  port: z.int().min(1).max(65_535).optional(),
  /** In the order the user gave them; the last one of a name wins. Together at most 1 MiB. */
  env: z
    .array(RunVariable)
    .max(MAX_RUN_VARIABLES, { error: () => t`at most ${MAX_RUN_VARIABLES} variables` })
    .refine(env => JSON.stringify(env).length <= MAX_RUN_CHARS, { error: () => t`together at most 1 MiB` })
    .default([])
})
export type RunOptions = z.infer<typeof RunOptions>
