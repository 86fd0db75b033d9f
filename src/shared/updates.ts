/** Newer versions of the app itself: looked for, fetched and installed only as far as the user wants it. */
import { oc } from '@orpc/contract'
import { z } from 'zod'

/** When the channel is asked: `ask` is when the user asks, `daily` also by itself. */
export const UpdateRule = z.enum(['never', 'ask', 'daily'])
export type UpdateRule = z.infer<typeof UpdateRule>

export const UpdateChannel = z.enum(['stable', 'beta'])
export type UpdateChannel = z.infer<typeof UpdateChannel>

/** A version a channel offers. */
export const Release = z.object({
  version: z.string().max(64),
  /** Bytes to fetch. */
  size: z.int().min(1),
  date: z.iso.datetime().optional(),
  /** Address of what is new in it. */
  notes: z.string().max(2_000).optional()
})
export type Release = z.infer<typeof Release>

export const Updates = z.object({
  /** Where this build asks; absent where it was made without a channel, and asks nobody. */
  address: z.string().optional(),
  /** This kind of installation can replace itself. */
  canInstall: z.boolean(),
  lookedAt: z.iso.datetime().optional(),
  /** Why the last look that was made by itself found nothing out. */
  problem: z.object({ message: z.string(), hint: z.string().optional() }).optional(),
  /** Newer than this version, as the chosen channel told last. */
  found: Release.optional(),
  /** What was found is on this computer, and is what the channel said it is. */
  fetched: z.boolean(),
  installOnQuit: z.boolean()
})
export type Updates = z.infer<typeof Updates>

export const updatesContract = {
  /** What is known. Asks nobody. */
  state: oc.output(Updates),
  /** Asks the channel. UNSUPPORTED without one, FORBIDDEN while the settings say never. */
  look: oc.output(Updates),
  /** Begins a job that fetches what was found and checks it. NOT_FOUND where nothing was. */
  fetch: oc.output(z.object({ jobId: z.uuid() })),
  /** Whether what was fetched is installed when the app is quit. CONFLICT while nothing is. */
  installOnQuit: oc.input(z.object({ wanted: z.boolean() })).output(Updates)
}
