/** The states of an instance, and the reason for a state. */
import { z } from 'zod'

export const INSTANCE_STATES = ['starting', 'ready', 'stopping', 'stopped', 'failed'] as const
export type InstanceState = (typeof INSTANCE_STATES)[number]

/** The reasons that a launcher reports. */
export const LAUNCHER_REASONS = [
  'stopped-by-user',
  'out-of-memory',
  'exited-without-serving',
  'app-crashed',
  'import-error',
  'install-failed',
  'bundle-invalid',
  'server-failed',
  'start-failed'
] as const

/** Why an instance failed, stopped or cannot start; `message` explains it to the user. */
export const Reason = z.object({
  code: z.enum([...LAUNCHER_REASONS, 'engine-unavailable', 'interrupted', 'timeout']),
  message: z.string(),
  hint: z.string().optional(),
  exitCode: z.int().optional(),
  signal: z.string().optional()
})
export type Reason = z.infer<typeof Reason>
