/** Events that a window's host sends to its page without a request. */
import { z } from 'zod'

export const HostEvent = z.discriminatedUnion('kind', [
  /** A command from the menu or the tray, by its ID. */
  z.object({ kind: z.literal('command'), name: z.string() }),
  /** The user opened this bundle with the app. */
  z.object({ kind: z.literal('bundle'), path: z.string() }),
  /** From a link or a notification: show this app, instance or job. */
  z.object({ kind: z.literal('app'), name: z.string() }),
  z.object({ kind: z.literal('instance'), id: z.string(), ephemeral: z.boolean().optional() }),
  z.object({ kind: z.literal('job'), id: z.string() }),
  /** The settings changed, perhaps in another window. */
  z.object({ kind: z.literal('settings') })
])
export type HostEvent = z.infer<typeof HostEvent>
