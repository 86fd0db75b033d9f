/** The states of an instance, and why it is in one. */
import { z } from 'zod'

export const INSTANCE_STATES = ['starting', 'ready', 'stopping', 'stopped', 'failed'] as const
export type InstanceState = (typeof INSTANCE_STATES)[number]

/** The reasons a launcher tells. */
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

/** Why an instance failed, stopped or cannot start; `message` says it in words a user understands. */
export const Reason = z.object({
  code: z.enum([...LAUNCHER_REASONS, 'engine-unavailable', 'interrupted', 'timeout']),
  message: z.string(),
  hint: z.string().optional(),
  exitCode: z.int().optional(),
  signal: z.string().optional()
})
export type Reason = z.infer<typeof Reason>
