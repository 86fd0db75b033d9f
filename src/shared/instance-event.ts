/** Events of an instance: when its state changed, to which state, and why. */
import { z } from 'zod'
import { INSTANCE_STATES, Reason } from './reason.ts'

/** Events stored for one instance; the oldest are dropped first. */
export const KEPT_EVENTS = 200

export const InstanceEvent = z.object({
  /** Increases with each event of a platform. */
  seq: z.int().min(1),
  time: z.iso.datetime(),
  /** Number of the start it belongs to, counted from 1. */
  run: z.int().min(1),
  /** The state the instance entered, or a change of its visibility. */
  kind: z.enum([...INSTANCE_STATES, 'visibility']),
  /** What happened, in one plain sentence. */
  message: z.string(),
  /** For `failed` and `stopped`: the reason, with exit code or signal if there was one. */
  reason: Reason.optional()
})
export type InstanceEvent = z.infer<typeof InstanceEvent>
