/** Newer versions of the app: checked, fetched and installed only as far as the user wants. */
import { oc } from '@orpc/contract'
import { z } from 'zod'

/** When the app asks the channel: `ask` is only on the user's request, `daily` also automatically. */
export const UpdateRule = z.enum(['never', 'ask', 'daily'])
export type UpdateRule = z.infer<typeof UpdateRule>

export const UpdateChannel = z.enum(['stable', 'beta'])
export type UpdateChannel = z.infer<typeof UpdateChannel>

/** A version that a channel offers. */
export const Release = z.object({
  version: z.string().max(64),
  /** Size of the download in bytes. */
  size: z.int().min(1),
  date: z.iso.datetime().optional(),
  /** Address of the release notes. */
  notes: z.string().max(2_000).optional()
})
export type Release = z.infer<typeof Release>

export const Updates = z.object({
  /** Address of this build's channel; absent if it was built without one and never asks. */
  address: z.string().optional(),
  /** Whether this kind of installation can replace itself. */
  canInstall: z.boolean(),
  lookedAt: z.iso.datetime().optional(),
  /** Why the last automatic check failed. */
  problem: z.object({ message: z.string(), hint: z.string().optional() }).optional(),
  /** A newer version, as the chosen channel last reported. */
  found: Release.optional(),
  /** The found version is on this computer, and matches the channel's description. */
  fetched: z.boolean(),
  installOnQuit: z.boolean()
})
export type Updates = z.infer<typeof Updates>

export const updatesContract = {
  /** The known state. Does not ask the channel. */
  state: oc.output(Updates),
  /** Asks the channel. UNSUPPORTED without one, FORBIDDEN while the settings say never. */
  look: oc.output(Updates),
  /** Begins a job that fetches the found version and checks it. NOT_FOUND if none was found. */
  fetch: oc.output(z.object({ jobId: z.uuid() })),
  /** Whether to install the fetched version when the user quits the app. CONFLICT if nothing is fetched. */
  installOnQuit: oc.input(z.object({ wanted: z.boolean() })).output(Updates)
}
