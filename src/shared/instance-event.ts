/** Events of an instance: when its state changed, to what, and why. */
import { z } from 'zod'
import { INSTANCE_STATES, Reason } from './reason.ts'

/** Events kept of one instance; the oldest go first. */
export const KEPT_EVENTS = 200

export const InstanceEvent = z.object({
  /** Grows with each event of a platform. */
  seq: z.int().min(1),
  time: z.iso.datetime(),
  /** Which start it belongs to, counted from 1. */
  run: z.int().min(1),
  /** The state it entered, or a change of who may see it. */
  kind: z.enum([...INSTANCE_STATES, 'visibility']),
  /** What happened, in one plain sentence. */
  message: z.string(),
  /** With `failed` and `stopped`: why, with exit code or signal where there was one. */
  reason: Reason.optional()
})
export type InstanceEvent = z.infer<typeof InstanceEvent>
